import type { NodeId } from '../../roles/model/node.ts';
import type { Tombstone } from './messages.ts';

/** What the cluster's authority has to do with it. */
export interface TombstoneLaw {
  /** Whose tombstone it is; undefined where the authority of this cluster did not sign it. */
  verify(tombstone: Tombstone): NodeId | undefined;
  /** Whether it ends the admission that the node has now; one that was admitted anew outlives its old tombstone. */
  ends(tombstone: Tombstone, node: NodeId): boolean;
}

/** Tombstones heard of: they go to everyone. */
export class Tombstones {
  readonly #law: TombstoneLaw;
  readonly #known = new Map<NodeId, Tombstone>();

  constructor(law: TombstoneLaw) {
    this.#law = law;
  }

  /** The node, if the tombstone is genuine and changes anything. */
  take(tombstone: Tombstone): NodeId | undefined {
    const node = this.#law.verify(tombstone);
    if (node === undefined || this.ended(node)) return undefined;
    this.#known.set(node, tombstone);
    return node;
  }

  ended(node: NodeId): boolean {
    const tombstone = this.#known.get(node);
    return tombstone !== undefined && this.#law.ends(tombstone, node);
  }

  nodes(): readonly NodeId[] {
    return [...this.#known.keys()];
  }

  of(nodes: readonly NodeId[]): readonly Tombstone[] {
    return nodes.map((node) => this.#known.get(node)).filter((tombstone) => tombstone !== undefined);
  }

  lackedBy(nodes: readonly NodeId[]): readonly Tombstone[] {
    const known = new Set(nodes);
    return this.of(this.nodes().filter((node) => !known.has(node)));
  }
}
