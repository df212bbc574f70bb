import type { NodeId } from '../../roles/model/node.ts';

/** Every decision lives under this prefix. */
export const decisionsPrefix = '/muster/';

/** What the operator wants: the whole of muster.yml as JSON. */
export const settingsKey = `${decisionsPrefix}settings`;

/** The node whose brain holds the leader lease; bound to that lease. */
export const leaderKey = `${decisionsPrefix}leader`;

/** Which cluster this is, and how often it had to be made anew from what was left of it. */
export const clusterKey = `${decisionsPrefix}cluster`;

const nodesPrefix = `${decisionsPrefix}nodes/`;
const assignmentsPrefix = `${decisionsPrefix}assignments/`;

/** Where the admission of one node is recorded. */
export function nodeKey(id: NodeId): string {
  return `${nodesPrefix}${id}`;
}

/** Where the roles of one node are recorded. */
export function assignmentKey(id: NodeId): string {
  return `${assignmentsPrefix}${id}`;
}

/** What a key speaks of, told by its name. */
export type KeyKind =
  | { readonly kind: 'settings' }
  | { readonly kind: 'leader' }
  | { readonly kind: 'cluster' }
  | { readonly kind: 'node'; readonly id: string }
  | { readonly kind: 'assignment'; readonly id: string }
  /** Written by a newer version, or by hand: left alone. */
  | { readonly kind: 'unknown' };

/** Reads a key's name. The id is as it stands there, not yet checked. */
export function kindOf(key: string): KeyKind {
  if (key === settingsKey) return { kind: 'settings' };
  if (key === leaderKey) return { kind: 'leader' };
  if (key === clusterKey) return { kind: 'cluster' };
  if (key.startsWith(nodesPrefix)) return { kind: 'node', id: key.slice(nodesPrefix.length) };
  if (key.startsWith(assignmentsPrefix)) {
    return { kind: 'assignment', id: key.slice(assignmentsPrefix.length) };
  }
  return { kind: 'unknown' };
}
