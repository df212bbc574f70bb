import type { Health } from '../model/facts.ts';
import { servicesHealth } from '../model/service-health.ts';
import type { RoleInput } from '../role.ts';
import { endpoints } from './endpoints.ts';
import { apache, fpm } from './service.ts';
import type { WebSettings } from './settings.ts';

/**
 * Ready when PHP itself answers through Apache, on the address that the balancers use. Whether a database is there is
 * the databases' health: pages that need none are served all the same.
 */
export function health({ observed }: RoleInput<WebSettings>): Health {
  const trouble = servicesHealth(observed, [endpoints, fpm, apache]);
  if (trouble !== undefined) return trouble;
  const page = observed.answers['page'];
  if (page === undefined) return { state: 'starting', reason: 'was not asked yet' };
  if (!page.ok) return { state: 'failing', reason: `Apache does not answer: ${page.error}` };
  if (page.status !== 200 || page.text.trim() !== 'ok') {
    return { state: 'failing', reason: `PHP through Apache says ${page.status}` };
  }
  return { state: 'ready', reason: 'PHP answers through Apache' };
}
