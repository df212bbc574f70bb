import { endsRecord } from '../../roles/model/admission.ts';
import type { Snapshot } from '../../roles/model/ports.ts';
import { type DecisionSet, decode } from '../store/codec.ts';
import { assignmentKey, deathKey, kindOf, nodeKey, tombstoneKey, wishKey } from '../store/keys.ts';
import type { Change } from './change.ts';

/**
 * What is left of nodes that are no more: the record of one that has a tombstone, roles and wishes of one that has no
 * record. A node that was just admitted keeps its own: each change names the revision of what makes it right.
 */
export function tidy(snapshot: Snapshot): readonly Change[] {
  const set = decode(snapshot);
  const there = (key: string): boolean => snapshot.entries[key] !== undefined;
  const kinds = Object.keys(snapshot.entries).map(kindOf);
  const ids = kinds.flatMap((kind) =>
    ['node', 'assignment', 'wish', 'death'].includes(kind.kind) && 'id' in kind ? [kind.id] : [],
  );
  return [...new Set(ids)].flatMap((id): Change[] => {
    const buried = there(tombstoneKey(id)) && !outlives(set, id);
    if (!buried && there(nodeKey(id))) return [];
    const evidence = buried ? tombstoneKey(id) : nodeKey(id);
    const left = [nodeKey(id), assignmentKey(id), wishKey(id), deathKey(id)].filter(there);
    const conditions = [...new Set([evidence, ...left])].map((key) => ({
      key,
      modRevision: snapshot.entries[key]?.modRevision ?? 0,
    }));
    const sentences = [`what was decided for ${id} is cleared: it is no node of this cluster any more`];
    return [{ transaction: { conditions, remove: left }, sentences }];
  });
}

/** Whether a node was admitted anew after its removal. */
function outlives({ nodes, tombstones }: DecisionSet, id: string): boolean {
  const record = nodes.find((node) => node.id === id)?.admission?.record;
  const end = tombstones[id]?.tombstone;
  return record !== undefined && end !== undefined && !endsRecord(end, record);
}
