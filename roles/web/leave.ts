import { ensureOff } from '../model/ensure.ts';
import type { AwaitStep, Step } from '../model/step.ts';
import type { View } from '../model/view.ts';
import type { RoleInput } from '../role.ts';
import { endpoints } from './endpoints.ts';
import { apache, fpm } from './service.ts';
import type { WebSettings } from './settings.ts';
import { sharedClient } from './shared-client.ts';
import { endWorkers } from './workers.ts';

/**
 * Apache before PHP, the way to the databases and the common files last, and none before every balancer has let go of
 * this node: what is under way here ends here.
 */
export function leave({ view, observed }: RoleInput<WebSettings>): Step[] {
  const off = ensureOff(observed, [sharedClient, endpoints, fpm, apache], 'this node no longer carries web');
  return off.length === 0 ? [] : [...endWorkers(observed), ...untilLetGo(view), ...off];
}

/** Whoever is silent is not waited for: his HAProxy finds nobody here, and asks another. */
function untilLetGo(view: View): AwaitStep[] {
  const nodes = view.nodes
    .filter(({ verdict }) => verdict === 'alive' || verdict === 'suspect')
    .filter(({ roles, facts }) => roles.includes('balancer') || (facts?.applied.balancer ?? '') !== '')
    .map(({ record }) => record.id);
  if (nodes.length === 0) return [];
  const why = 'every balancer has to let go of this one before its web server ends';
  return [{ kind: 'await', role: 'balancer', revision: view.self, nodes, until: 'gone', why }];
}
