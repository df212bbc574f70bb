import { ensureFiles, ensurePackages, ensureService } from '../model/ensure.ts';
import type { Step } from '../model/step.ts';
import type { RoleInput } from '../role.ts';
import { filesOf } from './files.ts';
import { packages } from './observed.ts';
import { apache, fpm } from './service.ts';
import type { WebSettings } from './settings.ts';
import { planShared } from './shared.ts';

/**
 * PHP before Apache, so that the first page Apache passes on finds a worker; the common files last, since their servers
 * may be away.
 */
export function plan({ view, settings, observed }: RoleInput<WebSettings>): Step[] {
  const files = filesOf(view, settings);
  return [
    ...ensurePackages(observed, packages, 'the web server'),
    ...ensureFiles(observed, files),
    ...ensureService(observed, fpm, files),
    ...ensureService(observed, apache, files),
    ...planShared(view, observed),
  ];
}
