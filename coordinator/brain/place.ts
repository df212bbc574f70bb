import { isDeepStrictEqual } from 'node:util';
import type { Assignment } from '../../roles/model/assignment.ts';
import type { NodeId } from '../../roles/model/node.ts';
import type { NodeView } from '../../roles/model/view.ts';
import { carriers, type PlaceInput, present } from './carriers.ts';
import type { Reason, RoleToPlace } from './reason.ts';

export interface Placement {
  readonly node: NodeId;
  readonly assignment: Assignment;
  /** What changes for people; none where only a reason has another wording. */
  readonly sentences: readonly string[];
}

/**
 * Who gets which role. The only node of a cluster carries every role; of several, every node serves web, and two are
 * balancers. What a node has stays its own: nothing is moved without need. Wishes come before all that. Returns
 * changes only.
 */
export function place(input: PlaceInput): readonly Placement[] {
  const { view, placeable } = input;
  const chosen = placeable.map((one) => ({ role: one.role, carriers: carriers(input, one) }));
  return present(view).flatMap((node): Placement[] => {
    const { id } = node.record;
    const reasons = chosen.flatMap(({ role, carriers: all }) => {
      const reason = all.get(id);
      return reason === undefined ? [] : [{ role, reason }];
    });
    const others = node.roles.filter((role) => !placeable.some((one) => one.role === role));
    const former = input.assignments[id];
    const assignment: Assignment = {
      roles: [...reasons.map(({ role }) => role), ...others],
      why: {
        ...Object.fromEntries(others.map((role) => [role, former?.why[role] ?? 'it has it already'])),
        ...Object.fromEntries(reasons.map(({ role, reason }) => [role, reason.why])),
      },
    };
    if (settled(input, node, assignment)) return [];
    return [{ node: id, assignment, sentences: [...given(node, reasons), ...takenFrom(node, assignment)] }];
  });
}

/** Why the only node has its roles is not written anew; among several the reasons have to be the present ones. */
function settled({ view, assignments }: PlaceInput, node: NodeView, wanted: Assignment): boolean {
  const same =
    wanted.roles.length === node.roles.length && wanted.roles.every((role) => node.roles.includes(role));
  if (!same || present(view).length === 1) return same;
  const former = assignments[node.record.id];
  return former !== undefined && isDeepStrictEqual(former.why, wanted.why);
}

function given(
  node: NodeView,
  reasons: readonly { readonly role: RoleToPlace; readonly reason: Reason }[],
): string[] {
  const fresh = reasons.filter(({ role }) => !node.roles.includes(role));
  const shorts = [...new Set(fresh.map(({ reason }) => reason.short))];
  return shorts.map((short) => {
    const roles = fresh.filter(({ reason }) => reason.short === short).map(({ role }) => role);
    return `${node.record.name} is given ${roles.join(' and ')}: ${short}`;
  });
}

function takenFrom(node: NodeView, { roles }: Assignment): string[] {
  return node.roles
    .filter((role) => !roles.includes(role))
    .map((role) => `${node.record.name} gives up ${role}: the operator forbids it, and others carry it`);
}
