import { healthHost, healthPath } from '../model/health-path.ts';
import { listen } from '../model/listen.ts';

import type { Question, Wants } from '../model/observed.ts';
import type { ServiceSpec } from '../model/service.ts';
import { endpoints, endpointsConfig, endpointsQuestion, packagedHaproxy } from './endpoints.ts';

import { apache, fpm, phpVersion } from './service.ts';
import { sharedPackages } from './shared.ts';
import { sessionsPath } from './sessions.ts';

/** Packages the role stands on. */
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

/** A worker may have to be forked first; longer than this is no answer. */
const healthTimeoutMs = 3_000;

/** What the role reads off its machine. */
export function wants(address: string, files: readonly string[], shared: Shared): Wants {
  return {
    packages: [...packages, ...sharedPackages],
    files,
    texts: [endpointsConfig, sessionsPath],
    services: [endpoints, packagedHaproxy, fpm, apache, ...shared.services],
    questions: {
      shared: shared.question,
      endpoints: endpointsQuestion,
      page: {
        kind: 'http',
        url: `http://${address}:${listen.web}${healthPath}`,
        headers: { host: healthHost },
        timeoutMs: healthTimeoutMs,
      },
    },
  };
}
