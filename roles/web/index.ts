import { applicationDetails } from '../model/application-facts.ts';
import { fingerprint } from '../model/fingerprint.ts';
import { listen } from '../model/listen.ts';
import type { Role } from '../role.ts';
import { filesOf } from './files.ts';
import { health } from './health.ts';
import { leave } from './leave.ts';
import { packages, wants } from './observed.ts';
import { allFilesOf, plan } from './plan.ts';
import { apache, fpm } from './service.ts';
import { WebSettings } from './settings.ts';
import { siteFilePaths } from './site-files.ts';
import { applicationsOf, wordsOf } from './sites.ts';
import { workerServices } from './workers.ts';

/** Apache and PHP-FPM. */
export const web: Role<WebSettings> = {
  name: 'web',
  summary: 'runs PHP behind Apache',
  packages,
  settings: WebSettings,
  units: [fpm.unit, apache.unit],
  ports: [listen.web, listen.preview],
  services: ({ view }) => [fpm, apache, ...workerServices(view)],
  wants: ({ view, settings }) =>
    wants(view, [...filesOf(view, settings).map(({ path }) => path), ...siteFilePaths(view)]),
  plan,
  leave,
  health,
  details: ({ view, observed }) =>
    Object.assign(
      {},
      ...applicationsOf(view).map((one) => applicationDetails(one.name, wordsOf(observed, one))),
    ),
  applied: ({ view, settings, observed }) => fingerprint(allFilesOf(view, settings, observed)),
};
