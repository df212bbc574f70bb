import type { RoleName } from './node.ts';
import type { NodeView } from './view.ts';

/**
 * What a role reports in `facts.applied` is one revision or several, in one text: of its roster, of its firewall, of
 * the group it shares an address with, and the ids of those it sends traffic to. Who waits for one of them need not
 * know the others.
 */
export function joinRevisions(...revisions: readonly string[]): string {
  return revisions.filter((revision) => revision !== '').join(' ');
}

/** Whether a node has this revision of a role in force, as far as its facts tell. */
export function hasApplied(node: NodeView | undefined, role: RoleName, revision: string): boolean {
  return (node?.facts?.applied[role] ?? '').split(' ').includes(revision);
}
