import { ensureFiles, ensurePackages, ensureService } from '../model/ensure.ts';
import type { Step } from '../model/step.ts';
import type { RoleInput } from '../role.ts';
import { ensureEndpoints } from './endpoints-plan.ts';
import { filesOf } from './files.ts';
import { packages } from './observed.ts';
import { apache, fpm } from './service.ts';
import { sessionFiles } from './sessions.ts';
import type { WebSettings } from './settings.ts';
import { planShared } from './shared.ts';

/** The databases before PHP, and PHP before Apache, so that the first page that Apache passes on finds all it needs. */
export function plan(input: RoleInput<WebSettings>): Step[] {
  const { view, settings, observed } = input;
  const files = filesOf(view, settings);
  return [
    ...ensurePackages(observed, packages, 'the web server'),
    ...ensureEndpoints(input),
    // PHP's own settings name a file of these.
    ...ensureFiles(observed, [...sessionFiles(view, observed), ...files]),
    ...ensureService(observed, fpm, files),
    ...ensureService(observed, apache, files),
    ...planShared(view, observed),
  ];
}
