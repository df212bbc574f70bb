import { cacheMark } from '../model/applied.ts';
import { ensureOff } from '../model/ensure.ts';
import type { AwaitStep, Step } from '../model/step.ts';
import type { View } from '../model/view.ts';
import type { RoleInput } from '../role.ts';
import { poolOf } from './files.ts';
import { nginx } from './service.ts';
import type { CacheSettings } from './settings.ts';

/** Not before every balancer has let go of this node. */
export function leave({ view, settings, observed }: RoleInput<CacheSettings>): Step[] {
  const services = [nginx, poolOf(view, settings)];
  const off = ensureOff(observed, services, 'this node no longer carries cache');
  return off.length === 0 ? [] : [...untilLetGo(view), ...off];
}

/** Whoever is silent is not waited for: his HAProxy finds nobody here, and asks another. */
function untilLetGo(view: View): AwaitStep[] {
  const nodes = view.nodes
    .filter(({ verdict }) => verdict === 'alive' || verdict === 'suspect')
    .filter(({ roles, facts }) => roles.includes('balancer') || (facts?.applied.balancer ?? '') !== '')
    .map(({ record }) => record.id);
  if (nodes.length === 0) return [];
  const why = 'every balancer has to let go of this one before its cache ends';
  return [{ kind: 'await', role: 'balancer', revision: cacheMark(view.self), nodes, until: 'gone', why }];
}
