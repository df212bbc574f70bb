import type { Heartbeat } from '../../agent/cluster/heartbeat.ts';
import { signatureBytes } from '../../agent/cluster/signing.ts';
import type { NodeId } from '../../roles/model/node.ts';

/** A word, and when it was really said. */
export interface Said {
  readonly author: NodeId;
  readonly atMs: number;
}

/** All that the nodes of a simulated cluster have really said: whatever else is listened to, somebody made up. */
export class Ledger {
  readonly #words = new Map<string, Said>();
  readonly #beats = new Map<string, number>();

  word(bytes: Uint8Array): Said | undefined {
    return this.#words.get(nameOf(bytes));
  }

  addWord(bytes: Uint8Array, said: Said): void {
    this.#words.set(nameOf(bytes), said);
  }

  /** When a heartbeat was sent; undefined for one that was not. */
  beat(from: NodeId, to: NodeId, beat: Heartbeat): number | undefined {
    return this.#beats.get(beatName(from, to, beat));
  }

  addBeat(from: NodeId, to: NodeId, beat: Heartbeat, atMs: number): void {
    this.#beats.set(beatName(from, to, beat), atMs);
  }
}

/** Its signature: no two words share one. */
export function nameOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.subarray(0, signatureBytes)).toString('latin1');
}

export function beatName(from: NodeId, to: NodeId, { epoch, sequence }: Heartbeat): string {
  return `${from} ${to} ${epoch} ${sequence}`;
}
