import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import { asMusterError, type MusterError } from '../../roles/model/errors.ts';
import { NodeId } from '../../roles/model/node.ts';
import type { Files } from '../../roles/model/ports.ts';
import { mostNodes, Tombstone } from './messages.ts';

const PeersText = z.strictObject({
  peers: z.record(NodeId, z.strictObject({ address: z.ipv4().optional(), epoch: z.int().nonnegative() })),
  tombstones: z.array(Tombstone).max(mostNodes).default([]),
});

interface Known {
  /** Where its last fresh datagram came from; absent where it never moved from what the decisions say. */
  readonly address?: string | undefined;
  /** The latest life heard of; words of earlier ones are old. */
  readonly epoch: number;
}

export interface PeerBookParts {
  readonly files: Files;
  readonly path: string;
  readonly onError: (error: MusterError) => void;
}

/** What has to outlive the agent to find the others again, to take no old word for a new one, and nobody back who was removed. */
export class PeerBook {
  readonly #parts: PeerBookParts;
  readonly #peers = new Map<NodeId, Known>();
  #tombstones: readonly Tombstone[] = [];
  #dirty = false;
  #failed = false;

  constructor(parts: PeerBookParts) {
    this.#parts = parts;
  }

  /** A damaged file is told and is as good as none. */
  async load(): Promise<void> {
    try {
      const text = await this.#parts.files.read(this.#parts.path);
      if (text === undefined) return;
      const { peers, tombstones } = PeersText.parse(JSON.parse(text));
      for (const [id, known] of Object.entries(peers)) this.#peers.set(id, known);
      this.#tombstones = tombstones;
    } catch (error) {
      this.#parts.onError(asMusterError(error));
    }
  }

  epoch(node: NodeId): number {
    return this.#peers.get(node)?.epoch ?? 0;
  }

  address(node: NodeId): string | undefined {
    return this.#peers.get(node)?.address;
  }

  /** A life was heard of, from the node itself. */
  setEpoch(node: NodeId, epoch: number): void {
    if (epoch > this.epoch(node)) this.#change(node, { epoch });
  }

  setAddress(node: NodeId, address: string): void {
    if (address !== this.address(node)) this.#change(node, { address });
  }

  /** Of nodes that this node's decisions had when it was heard that they were removed. */
  tombstones(): readonly Tombstone[] {
    return this.#tombstones;
  }

  setTombstones(tombstones: readonly Tombstone[]): void {
    if (isDeepStrictEqual(tombstones, this.#tombstones)) return;
    this.#tombstones = tombstones;
    this.#dirty = true;
  }

  /** Forgets all others. */
  keep(nodes: ReadonlySet<NodeId>): void {
    for (const node of this.#peers.keys()) {
      if (nodes.has(node)) continue;
      this.#peers.delete(node);
      this.#dirty = true;
    }
  }

  /** Writes what changed since it was last written. A disk that takes nothing is told once. */
  async save(): Promise<void> {
    if (!this.#dirty) return;
    this.#dirty = false;
    const known = { peers: Object.fromEntries(this.#peers), tombstones: this.#tombstones };
    const text = `${JSON.stringify(known, undefined, 2)}\n`;
    try {
      await this.#parts.files.write(this.#parts.path, text, { mode: 0o600 });
      this.#failed = false;
    } catch (error) {
      if (!this.#failed) this.#parts.onError(asMusterError(error));
      this.#failed = true;
      this.#dirty = true;
    }
  }

  #change(node: NodeId, part: Partial<Known>): void {
    this.#peers.set(node, { ...(this.#peers.get(node) ?? { epoch: 0 }), ...part });
    this.#dirty = true;
  }
}
