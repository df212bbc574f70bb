import { applicationDetails } from '../model/application-facts.ts';
import { joinRevisions } from '../model/applied.ts';
import { fingerprint } from '../model/fingerprint.ts';
import { listen } from '../model/listen.ts';
import { selfOf } from '../model/view.ts';
import type { Role } from '../role.ts';
import { endpoints, endpointsPaths } from './endpoints.ts';
import { databasesInUse, endpointDetails } from './endpoints-plan.ts';
import { filesOf, workersOf } from './files.ts';
import { health } from './health.ts';
import { leave } from './leave.ts';
import { packages, wants } from './observed.ts';
import { allFilesOf, plan } from './plan.ts';
import { apache, fpm } from './service.ts';
import { sessionPaths } from './sessions.ts';
import { WebSettings } from './settings.ts';
import { sharedDetail, sharedFilesOf, sharedQuestion, usesVolume, volumePackages } from './shared.ts';
import { sharedClient } from './shared-client.ts';
import { siteFilePaths } from './site-files.ts';
import { applicationsOf, wordsOf } from './sites.ts';
import { workerServices } from './workers.ts';

/** Apache and PHP-FPM, and the way from both to the databases. */
export const web: Role<WebSettings> = {
  name: 'web',
  summary: 'runs PHP behind Apache',
  packages: [...packages, ...volumePackages],
  settings: WebSettings,
  units: [endpoints.unit, fpm.unit, apache.unit, sharedClient.unit],
  // The endpoint for writes has the port of a database on the same machine, on another address.
  ports: [listen.web, listen.preview, listen.databaseReads],
  services: ({ view }) => [
    ...(usesVolume(view) ? [sharedClient] : []),
    endpoints,
    fpm,
    apache,
    ...workerServices(view),
  ],
  wants: ({ view, settings }) =>
    wants(
      view,
      [
        ...sessionPaths,
        ...[...filesOf(view, settings), ...sharedFilesOf(view)].map(({ path }) => path),
        ...siteFilePaths(view),
        ...endpointsPaths(selfOf(view).facts?.hardware.init === 'systemd'),
      ],
      { question: sharedQuestion(view), services: usesVolume(view) ? [sharedClient] : [] },
    ),
  plan,
  leave,
  health,
  details: ({ view, settings, observed }) =>
    Object.assign(
      // By their number the databases know how many connections may come.
      {
        workers: String(workersOf(view, settings)),
        ...endpointDetails(observed),
        ...sharedDetail(view, observed),
      },
      ...applicationsOf(view).map((one) => applicationDetails(one.name, wordsOf(observed, one))),
    ),
  applied: ({ view, settings, observed }) =>
    joinRevisions(fingerprint(allFilesOf(view, settings, observed)), ...databasesInUse(view, observed)),
};
