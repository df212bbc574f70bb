import type { Health } from '../model/facts.ts';
import { servicesHealth } from '../model/service-health.ts';
import type { RoleInput } from '../role.ts';
import { webRoster } from './plan.ts';
import { haproxy } from './service.ts';
import type { BalancerSettings } from './settings.ts';

/** Ready when a request through port 80 comes back from PHP behind it. */
export function health({ view, observed }: RoleInput<BalancerSettings>): Health {
  const trouble = servicesHealth(observed, [haproxy]);
  if (trouble !== undefined) return trouble;
  const site = observed.answers['site'];
  if (site?.ok === true && site.status === 200)
    return { state: 'ready', reason: 'port 80 answers through to PHP' };
  const behind = webRoster(view, observed).endpoints.filter((endpoint) => endpoint.state === 'ready').length;
  if (behind === 0) return { state: 'starting', reason: 'no web server has proved itself yet' };
  const said = site === undefined ? 'was not asked' : site.ok ? `says ${site.status}` : site.error;
  return { state: 'failing', reason: `port 80 ${said}` };
}
