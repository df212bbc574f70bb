import { fingerprint } from '../model/fingerprint.ts';
import { listen } from '../model/listen.ts';
import { selfOf } from '../model/view.ts';
import type { Role } from '../role.ts';
import { filesOf } from './files.ts';
import { health } from './health.ts';
import { leave } from './leave.ts';
import { packages, wants } from './observed.ts';
import { plan } from './plan.ts';
import { apache, fpm } from './service.ts';
import { WebSettings } from './settings.ts';

/** Apache and PHP-FPM. */
export const web: Role<WebSettings> = {
  name: 'web',
  summary: 'runs PHP behind Apache',
  packages,
  settings: WebSettings,
  units: [fpm.unit, apache.unit],
  ports: [listen.web],
  services: () => [fpm, apache],
  wants: ({ view, settings }) =>
    wants(
      selfOf(view).record.address,
      filesOf(view, settings).map((file) => file.path),
    ),
  plan,
  leave,
  health,
  applied: ({ view, settings }) => fingerprint(filesOf(view, settings)),
};
