import { healthHost, healthPath } from '../model/health-path.ts';
import { listen } from '../model/listen.ts';
import type { Wants } from '../model/observed.ts';
import type { ServiceSpec } from '../model/service.ts';

/** Packages the role stands on. */
export const packages = ['nginx', 'memcached'];

/** It answers from memory; longer than this is no answer. */
const healthTimeoutMs = 2_000;

/** What the role reads off its machine. */
export function wants(address: string, files: readonly string[], services: readonly ServiceSpec[]): Wants {
  return {
    packages,
    files,
    services,
    questions: {
      cache: {
        kind: 'http',
        url: `http://${address}:${listen.cache}${healthPath}`,
        headers: { host: healthHost },
        timeoutMs: healthTimeoutMs,
      },
      pool: { kind: 'pool', address, port: listen.pool },
    },
  };
}
