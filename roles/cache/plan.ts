import { ensureFiles, ensurePackages, ensureService } from '../model/ensure.ts';
import type { Step } from '../model/step.ts';
import type { RoleInput } from '../role.ts';
import { filesOf, poolOf } from './files.ts';
import { packages } from './observed.ts';
import { nginx } from './service.ts';
import type { CacheSettings } from './settings.ts';

/** memcached is never restarted without need: what it holds is gone with it. */
export function plan({ view, settings, observed }: RoleInput<CacheSettings>): Step[] {
  const files = filesOf(view, settings);
  return [
    ...ensurePackages(observed, packages, 'the cache'),
    ...ensureFiles(observed, files),
    ...ensureService(observed, nginx, files),
    ...ensureService(observed, poolOf(view, settings), files, 'restart'),
  ];
}
