import type { Health } from '../model/facts.ts';
import type { RoleInput } from '../role.ts';
import { apache, fpm } from './service.ts';
import type { WebSettings } from './settings.ts';

/** Ready when PHP itself answers through Apache, on the address that the balancers use. */
export function health({ observed }: RoleInput<WebSettings>): Health {
  for (const service of [fpm, apache]) {
    const state = observed.services[service.unit];
    if (observed.loaded[service.unit] === undefined) {
      return { state: 'starting', reason: `${service.label} is being set up` };
    }
    if (state?.active !== 'active') {
      return { state: 'failing', reason: `${service.label} is ${state?.active ?? 'not there'}` };
    }
  }
  const page = observed.answers['page'];
  if (page === undefined) return { state: 'starting', reason: 'was not asked yet' };
  if (!page.ok) return { state: 'failing', reason: `Apache does not answer: ${page.error}` };
  if (page.status !== 200 || page.text.trim() !== 'ok') {
    return { state: 'failing', reason: `PHP through Apache says ${page.status}` };
  }
  return { state: 'ready', reason: 'PHP answers through Apache' };
}
