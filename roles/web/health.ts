import type { Health } from '../model/facts.ts';
import type { Observed } from '../model/observed.ts';
import { servicesHealth } from '../model/service-health.ts';
import type { View } from '../model/view.ts';
import type { RoleInput } from '../role.ts';
import { endpoints } from './endpoints.ts';
import { apache, fpm } from './service.ts';
import type { WebSettings } from './settings.ts';
import { sharedNote, sharedTrouble } from './shared.ts';
import { applicationsOf, unpackedOf } from './sites.ts';

/**
 * Ready when PHP itself answers through Apache, on the address that the balancers use, and every application's present
 * release is here. Whether a database is there is the databases' health: pages that need none are served all the same.
 * The common files have to have answered once.
 */
export function health({ view, observed }: RoleInput<WebSettings>): Health {
  const trouble = servicesHealth(observed, [endpoints, fpm, apache]);
  if (trouble !== undefined) return trouble;
  const page = observed.answers['page'];
  if (page === undefined) return { state: 'starting', reason: 'was not asked yet' };
  if (!page.ok) return { state: 'failing', reason: `Apache does not answer: ${page.error}` };
  if (page.status !== 200 || page.text.trim() !== 'ok') {
    return { state: 'failing', reason: `PHP through Apache says ${page.status}` };
  }
  const shared = sharedTrouble(view, observed);
  if (shared !== undefined) return shared;
  const missing = missingReleases(view, observed);
  if (missing.length > 0) return { state: 'starting', reason: `fetches ${missing.join(', ')}` };
  return { state: 'ready', reason: `PHP answers through Apache${sharedNote(view, observed)}` };
}

function missingReleases(view: View, observed: Observed): string[] {
  return applicationsOf(view).flatMap((application) => {
    const { name, current } = application;
    if (current === undefined) return [];
    return unpackedOf(observed, application)?.includes(current) === true ? [] : [`${current} of ${name}`];
  });
}
