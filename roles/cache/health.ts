import type { Health } from '../model/facts.ts';
import { servicesHealth } from '../model/service-health.ts';
import type { RoleInput } from '../role.ts';
import { poolOf } from './files.ts';
import { nginx } from './service.ts';
import type { CacheSettings } from './settings.ts';

/**
 * Ready when nginx and memcached answer on the address that the others use. Whether a web server is behind it does not
 * count: a cache is needed most when none is.
 */
export function health({ view, settings, observed }: RoleInput<CacheSettings>): Health {
  const trouble = servicesHealth(observed, [nginx, poolOf(view, settings)]);
  if (trouble !== undefined) return trouble;
  const { cache, pool } = observed.answers;
  if (cache === undefined || pool === undefined) return { state: 'starting', reason: 'was not asked yet' };
  if (!cache.ok) return { state: 'failing', reason: `nginx does not answer: ${cache.error}` };
  if (cache.status !== 200) return { state: 'failing', reason: `nginx says ${cache.status}` };
  if (!pool.ok) return { state: 'failing', reason: pool.error };
  return { state: 'ready', reason: 'nginx and memcached answer' };
}
