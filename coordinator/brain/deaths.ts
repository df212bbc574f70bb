import type { NodeId } from '../../roles/model/node.ts';
import type { Snapshot } from '../../roles/model/ports.ts';
import type { View } from '../../roles/model/view.ts';
import { decode } from '../store/codec.ts';
import { deathKey, nodeKey } from '../store/keys.ts';
import type { Change } from './change.ts';

/** What the leader itself finds, whatever was decided: who is silent, and for how long. */
export interface Silence {
  /** Milliseconds since which nobody has heard a node, nor its services; by node. */
  readonly silentMs: Readonly<Record<NodeId, number>>;
  /** Nodes that are heard now. */
  readonly heard: readonly NodeId[];
}

/** A reboot takes half a minute, and costs nobody his roles. */
const deadAfterMs = 60_000;

/**
 * Who is declared dead, so that its roles go to others, and who lives again. Only where a second node is heard: a lone
 * survivor may be the one that is cut off.
 */
export function deaths(view: View, snapshot: Snapshot, { silentMs, heard }: Silence, now: Date): Change[] {
  const dead = decode(snapshot).deaths;
  return view.nodes.flatMap(({ record: { id, name } }): Change[] => {
    const conditions = [deathKey(id), nodeKey(id)].map((key) => ({
      key,
      modRevision: snapshot.entries[key]?.modRevision ?? 0,
    }));
    // Whoever leads lives, though it does not hear itself.
    if (dead[id] !== undefined && (heard.includes(id) || id === view.self)) {
      const sentences = [`${name} lives again`];
      return [{ transaction: { conditions, remove: [deathKey(id)] }, sentences }];
    }
    if (dead[id] !== undefined || heard.length === 0 || (silentMs[id] ?? 0) < deadAfterMs) return [];
    const put = { [deathKey(id)]: JSON.stringify({ at: now.toISOString() }) };
    const sentences = [
      `${name} is dead: nobody has heard it for ${deadAfterMs / 1000} s; its roles go to others`,
    ];
    return [{ transaction: { conditions, put }, sentences }];
  });
}
