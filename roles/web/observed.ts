import { applicationPaths } from '../model/application-paths.ts';
import { healthHost, healthPath } from '../model/health-path.ts';
import { listen } from '../model/listen.ts';
import type { Question, Wants } from '../model/observed.ts';
import { releaseWordPath } from '../model/release-word.ts';
import type { ServiceSpec } from '../model/service.ts';
import { selfOf, type View } from '../model/view.ts';
import { endpoints, endpointsConfig, endpointsQuestion } from './endpoints.ts';
import { apache, fpm, phpVersion } from './service.ts';
import { sessionsPath } from './sessions.ts';
import { sharedPackages } from './shared.ts';
import { allExtensionPackages, applicationsOf } from './sites.ts';
import { workerServices } from './workers.ts';

/** Packages the role stands on; the database is there for every application. */
export const packages = [
  'apache2',
  `php${phpVersion}-fpm`,
  `php${phpVersion}-opcache`,
  `php${phpVersion}-mysql`,
  `php${phpVersion}-memcached`,
  'haproxy',
];

/** What the mount of the common files adds. */
interface Shared {
  readonly question: Question;
  readonly services: readonly ServiceSpec[];
}

/** A worker may have to be forked first, on a machine that has much to do; longer than this is no answer. */
const answerTimeoutMs = 3_000;

/** What the role reads off its machine. */
export function wants(view: View, files: readonly string[], shared: Shared): Wants {
  const { address } = selfOf(view).record;
  const site = `http://${address}:${listen.web}`;
  const asked = applicationsOf(view).flatMap(({ name, domains }): [string, Question][] => [
    [`releases.${name}`, { kind: 'directory', path: applicationPaths(name).releases }],
    [
      `serves.${name}`,
      {
        kind: 'http',
        url: `${site}${releaseWordPath}`,
        headers: { host: domains[0] ?? '' },
        timeoutMs: answerTimeoutMs,
      },
    ],
  ]);
  return {
    packages: [...packages, ...sharedPackages(view), ...allExtensionPackages(view)],
    files,
    texts: [
      endpointsConfig,
      sessionsPath,
      ...applicationsOf(view).map(({ name }) => applicationPaths(name).state),
    ],
    services: [endpoints, fpm, apache, ...shared.services, ...workerServices(view)],
    questions: {
      shared: shared.question,
      endpoints: endpointsQuestion,
      page: {
        kind: 'http',
        url: `${site}${healthPath}`,
        headers: { host: healthHost },
        timeoutMs: answerTimeoutMs,
      },
      ...Object.fromEntries(asked),
    },
  };
}
