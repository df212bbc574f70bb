import type { NodeRecord } from '../../roles/model/node.ts';
import type { Snapshot } from '../../roles/model/ports.ts';
import type { View } from '../../roles/model/view.ts';
import { decode } from '../store/codec.ts';
import { nodeKey } from '../store/keys.ts';
import type { Change } from './change.ts';

/**
 * Writes down where nodes are now: everyone goes by what a node says of itself, but whoever starts, or joins, and has
 * heard nobody yet, goes by what was decided. An address that another node is found at stays that node's.
 */
export function keepAddresses(view: View, snapshot: Snapshot): readonly Change[] {
  const decided = new Map(decode(snapshot).nodes.map((record) => [record.id, record]));
  return view.nodes.flatMap(({ record, verdict }): Change[] => {
    const before = decided.get(record.id);
    if (before === undefined || verdict !== 'alive' || before.address === record.address) return [];
    const taken = view.nodes.some(
      ({ record: other }) => other !== record && other.address === record.address,
    );
    return taken ? [] : [moved(before, record.address, snapshot)];
  });
}

function moved(before: NodeRecord, address: string, snapshot: Snapshot): Change {
  const key = nodeKey(before.id);
  const conditions = [{ key, modRevision: snapshot.entries[key]?.modRevision ?? 0 }];
  const put = { [key]: JSON.stringify({ ...before, address } satisfies NodeRecord) };
  return {
    transaction: { conditions, put },
    sentences: [`${before.name} is at ${address} now, and no longer at ${before.address}`],
  };
}
