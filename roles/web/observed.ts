import { healthHost, healthPath } from '../model/health-path.ts';
import { listen } from '../model/listen.ts';
import type { Wants } from '../model/observed.ts';
import { endpoints, endpointsConfig, endpointsQuestion, packagedHaproxy } from './endpoints.ts';
import { apache, fpm, phpVersion } from './service.ts';
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

/** A worker may have to be forked first; longer than this is no answer. */
const healthTimeoutMs = 3_000;

/** What the role reads off its machine. */
export function wants(address: string, files: readonly string[]): Wants {
  return {
    packages,
    files,
    texts: [endpointsConfig, sessionsPath],
    services: [endpoints, packagedHaproxy, fpm, apache],
    questions: {
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
