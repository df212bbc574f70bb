import { purgedIn } from './cache.ts';
import { isReachable, type NodeView, type View } from './view.ts';

/**
 * The balancers that may still take older copies for good: those that are there, and have not said that they know of
 * this version or a later one. Copies are asked for by balancers alone, so a purge is done once this is empty.
 */
export function notPurgedYet(view: View, version: number): readonly NodeView[] {
  return view.nodes.filter(
    (node) =>
      node.roles.includes('balancer') &&
      isReachable(node) &&
      purgedIn(node.facts?.applied.balancer) < version,
  );
}
