import { ensureOff } from '../model/ensure.ts';
import { untilBalancersLetGo } from '../model/let-go.ts';
import type { Step } from '../model/step.ts';
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
  return off.length === 0
    ? []
    : [...endWorkers(observed), ...untilBalancersLetGo(view, view.self, 'web server'), ...off];
}
