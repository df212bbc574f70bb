import { cacheMark } from '../model/applied.ts';
import { ensureOff } from '../model/ensure.ts';
import { untilBalancersLetGo } from '../model/let-go.ts';
import type { Step } from '../model/step.ts';
import type { RoleInput } from '../role.ts';
import { poolOf } from './files.ts';
import { nginx } from './service.ts';
import type { CacheSettings } from './settings.ts';

/** Not before every balancer has let go of this node. */
export function leave({ view, settings, observed }: RoleInput<CacheSettings>): Step[] {
  const services = [nginx, poolOf(view, settings)];
  const off = ensureOff(observed, services, 'this node no longer carries cache');
  return off.length === 0 ? [] : [...untilBalancersLetGo(view, cacheMark(view.self), 'cache'), ...off];
}
