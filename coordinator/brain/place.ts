import type { Assignment } from '../../roles/model/assignment.ts';
import type { NodeId } from '../../roles/model/node.ts';
import type { View } from '../../roles/model/view.ts';

type RoleToPlace = Assignment['roles'][number];

/** A role that can be given, with the sentence that says what it does. */
export interface Placeable {
  readonly role: RoleToPlace;
  readonly summary: string;
}

export interface Placement {
  readonly node: NodeId;
  readonly assignment: Assignment;
}

/**
 * Who gets which role. The only node of a cluster carries every role there is; a cluster of more is not yet placed
 * by this decider, and what its nodes have stays theirs. Returns changes only.
 */
export function place(view: View, placeable: readonly Placeable[]): readonly Placement[] {
  const [only, ...others] = view.nodes;
  if (only === undefined || others.length > 0) return [];
  if (placeable.every(({ role }) => only.roles.includes(role))) return [];
  const why = Object.fromEntries(
    placeable.map(({ role, summary }) => [
      role,
      `the only node carries every role; as ${role} it ${summary}`,
    ]),
  );
  return [{ node: only.record.id, assignment: { roles: placeable.map(({ role }) => role), why } }];
}
