import { decode } from '../../../coordinator/store/codec.ts';
import { assignmentKey, wishKey } from '../../../coordinator/store/keys.ts';
import type { RoleName } from '../../../roles/model/node.ts';
import type { Entry, Snapshot } from '../../../roles/model/ports.ts';

const entryOf = (value: unknown): Entry => ({ value: JSON.stringify(value), modRevision: 0 });

/**
 * The same decisions, but that no node carries these roles, nor shall. The only node carries every role, and gives none of
 * them up; what it never had may be forbidden all the same.
 */
export const spared = (snapshot: Snapshot, roles: readonly RoleName[]): Snapshot => {
  const { assignments } = decode(snapshot);
  const entries = { ...snapshot.entries };
  for (const [id, assignment] of Object.entries(assignments)) {
    const left = assignment.roles.filter((role) => !roles.includes(role));
    entries[assignmentKey(id)] = entryOf({ ...assignment, roles: left });
    entries[wishKey(id)] = entryOf({ forbid: roles });
  }
  return { ...snapshot, entries };
};
