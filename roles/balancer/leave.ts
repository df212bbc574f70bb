import { ensureFiles, ensureOff } from '../model/ensure.ts';
import type { Step } from '../model/step.ts';
import { selfOf } from '../model/view.ts';
import { vipsOf } from '../model/vip.ts';
import type { RoleInput } from '../role.ts';
import { staleFiles } from './certificates.ts';
import { drainValue, leaves, shedSteps } from './handover.ts';
import { rosterSteps } from './rosters.ts';
import { haproxy, keepalived } from './service.ts';
import type { BalancerSettings } from './settings.ts';
import { drainFile } from './shared-address.ts';

/**
 * A balancer that is one no longer goes as a drained one does: its clients first, then the address, and HAProxy at last,
 * which lets what is in flight end. It stays while nobody else could take the address; at once where none is shared, and
 * where this node was removed.
 */
export function leave(input: RoleInput<BalancerSettings>): Step[] {
  const { view, observed } = input;
  const why = 'this node no longer carries balancer';
  // Keys first: once HAProxy has ended, nobody asks any more.
  const keys = staleFiles(observed, [], why);
  const off = [...keys, ...ensureOff(observed, [haproxy, keepalived], why)];
  const shares = observed.loaded[keepalived.unit] !== undefined && vipsOf(view).length > 0;
  if (!shares || selfOf(view).verdict === 'left') return off;
  if (!leaves(view)) return [...rosterSteps(view, observed), ...shedSteps(view, observed)];
  const shedding = [...rosterSteps(view, observed), ...shedSteps(view, observed)];
  if (drainValue(view, observed) === '0') return shedding;
  return [...ensureFiles(observed, [drainFile(view, observed)]), ...off];
}
