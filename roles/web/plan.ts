import { ensureFiles, ensurePackages, ensureService } from '../model/ensure.ts';
import type { Observed } from '../model/observed.ts';
import type { FileSpec, Step } from '../model/step.ts';
import type { View } from '../model/view.ts';
import type { RoleInput } from '../role.ts';
import { ensureEndpoints } from './endpoints-plan.ts';
import { filesOf, workersOf } from './files.ts';
import { packages } from './observed.ts';
import { apache, fpm } from './service.ts';
import { sessionFiles } from './sessions.ts';
import type { WebSettings } from './settings.ts';
import { planShared } from './shared.ts';
import { siteFiles } from './site-files.ts';
import { allExtensionPackages, sitesOf } from './sites.ts';
import { ensureWorkers, filesOfWorkers } from './workers.ts';

/**
 * The databases before PHP, and PHP before Apache, so that the first page that Apache passes on finds all it needs.
 * What applications need comes after what serves already: a package that cannot be had must not keep a server down.
 */
export function plan(input: RoleInput<WebSettings>): Step[] {
  const { view, settings, observed } = input;
  const files = allFilesOf(view, settings, observed);
  return [
    ...ensurePackages(observed, packages, 'the web server'),
    ...ensureEndpoints(input),
    // PHP's own settings name a file of these.
    ...ensureFiles(observed, [...sessionFiles(view, observed), ...files]),
    ...ensureService(observed, fpm, files),
    ...ensureService(observed, apache, files),
    ...planShared(view, observed),
    ...ensureWorkers(view, observed, sitesOf(view, observed) ?? []),
    ...ensurePackages(observed, allExtensionPackages(view), 'an application'),
  ];
}

/** Those of the role itself, and those of the applications as far as it is known what lies here. */
export function allFilesOf(view: View, settings: WebSettings, observed: Observed): readonly FileSpec[] {
  const sites = sitesOf(view, observed);
  if (sites === undefined) return filesOf(view, settings);
  return [
    ...filesOf(view, settings),
    ...siteFiles(view, settings, workersOf(view, settings), sites),
    ...filesOfWorkers(view, sites),
  ];
}
