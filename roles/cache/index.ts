import { fingerprint } from '../model/fingerprint.ts';
import { listen } from '../model/listen.ts';
import { selfOf } from '../model/view.ts';
import type { Role } from '../role.ts';
import { filesOf, poolOf } from './files.ts';
import { health } from './health.ts';
import { leave } from './leave.ts';
import { packages, wants } from './observed.ts';
import { plan } from './plan.ts';
import { nginx, poolUnit } from './service.ts';
import { CacheSettings } from './settings.ts';

/** nginx as a cache between balancers and web servers, and memcached for sessions. */
export const cache: Role<CacheSettings> = {
  name: 'cache',
  summary: 'keeps pages and files that may be stored, and the sessions of visitors',
  packages,
  settings: CacheSettings,
  units: [nginx.unit, poolUnit],
  ports: [listen.cache, listen.pool],
  services: ({ view, settings }) => [nginx, poolOf(view, settings)],
  wants: ({ view, settings }) =>
    wants(
      selfOf(view).record.address,
      filesOf(view, settings).map((file) => file.path),
      [nginx, poolOf(view, settings)],
    ),
  plan,
  leave,
  health,
  applied: ({ view, settings }) => fingerprint(filesOf(view, settings)),
};
