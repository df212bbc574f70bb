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
import { sharedDetail, sharedFilesOf, sharedPackages, sharedQuestion, usesVolume } from './shared.ts';
import { sharedClient } from './shared-client.ts';

/** Apache and PHP-FPM. */
export const web: Role<WebSettings> = {
  name: 'web',
  summary: 'runs PHP behind Apache',
  packages: [...packages, ...sharedPackages],
  settings: WebSettings,
  units: [fpm.unit, apache.unit, sharedClient.unit],
  ports: [listen.web],
  services: ({ view }) => (usesVolume(view) ? [sharedClient, fpm, apache] : [fpm, apache]),
  wants: ({ view, settings }) =>
    wants(
      selfOf(view).record.address,
      [...filesOf(view, settings), ...sharedFilesOf(view)].map((file) => file.path),
      { question: sharedQuestion(view), services: usesVolume(view) ? [sharedClient] : [] },
    ),
  plan,
  leave,
  health,
  details: ({ view, observed }) => {
    const shared = sharedDetail(view, observed);
    return shared === '' ? {} : { shared };
  },
  applied: ({ view, settings }) => fingerprint(filesOf(view, settings)),
};
