import type { AwaitStep } from './step.ts';
import { carriesOrEnds, type View } from './view.ts';

/**
 * Waits until no balancer sends anything here any more: `revision` is what of this node a balancer has in force while it
 * does. Whoever is silent is not waited for: his HAProxy finds nobody here, and asks another.
 */
export function untilBalancersLetGo(view: View, revision: string, what: string): AwaitStep[] {
  const nodes = view.nodes
    .filter(({ verdict }) => verdict === 'alive' || verdict === 'suspect')
    .filter((node) => carriesOrEnds(node, 'balancer'))
    .map(({ record }) => record.id);
  if (nodes.length === 0) return [];
  const why = `every balancer has to let go of this one before its ${what} ends`;
  return [{ kind: 'await', role: 'balancer', revision, nodes, until: 'gone', why }];
}
