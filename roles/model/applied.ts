import type { NodeId, RoleName } from './node.ts';
import type { NodeView } from './view.ts';

/**
 * What a role reports in `facts.applied` is one revision or several, in one text: of its roster, of its firewall, of
 * the group it shares an address with, and the ids of those it sends traffic to. Who waits for one of them need not
 * know the others.
 */
export function joinRevisions(...revisions: readonly string[]): string {
  return revisions.filter((revision) => revision !== '').join(' ');
}

/** What an agent reports of a role that it finds running at its start and has not looked at yet. */
export const unknownRevision = 'unknown';

/** Whether it is sure that a node does not have this revision of a role in force. */
export function hasLetGo(node: NodeView, role: RoleName, revision: string): boolean {
  const applied = node.facts?.applied[role];
  // Facts of a life that has just begun do not speak of every role yet.
  if (node.facts === undefined || (applied === undefined && node.roles.some((own) => own === role)))
    return false;
  return applied !== unknownRevision && !hasApplied(node, role, revision);
}

/** Whether a node has this revision of a role in force, as far as its facts tell. */
export function hasApplied(node: NodeView | undefined, role: RoleName, revision: string): boolean {
  return (node?.facts?.applied[role] ?? '').split(' ').includes(revision);
}

/** What a balancer reports while it sends requests to the cache of a node. */
export function cacheMark(node: NodeId): string {
  return `cache:${node}`;
}
