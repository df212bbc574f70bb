import type { NodeId } from '../../roles/model/node.ts';
import { mostPassedOn, type Tombstone } from './messages.ts';
import type { PeerBook } from './peer-book.ts';

/** What the cluster's authority has to do with it. */
export interface TombstoneLaw {
  /** Whose tombstone it is; undefined where the authority of this cluster did not sign it. */
  verify(tombstone: Tombstone): NodeId | undefined;
  /** Whether it ends the admission that the node has now; one that was admitted anew outlives its old tombstone. */
  ends(tombstone: Tombstone, node: NodeId): boolean;
  /** When the node was removed, on the wall clock of who did it. */
  atMs(tombstone: Tombstone): number;
}

/**
 * Tombstones heard of: they go to everyone. Of nodes that the decisions here still have, each is kept, from one life to
 * the next; of others, whom nobody would let speak here anyway, the latest alone: they are in the decisions for good.
 */
export class Tombstones {
  readonly #law: TombstoneLaw;
  readonly #book: PeerBook;
  readonly #known = new Map<NodeId, Tombstone>();
  #changes = 0;
  #listed: ReadonlySet<NodeId> = new Set();

  constructor(law: TombstoneLaw, book: PeerBook) {
    this.#law = law;
    this.#book = book;
    for (const tombstone of book.tombstones()) {
      const node = law.verify(tombstone);
      if (node !== undefined) this.#known.set(node, tombstone);
    }
  }

  /** The node, if the tombstone is genuine, changes anything and is not of long ago. */
  take(tombstone: Tombstone): NodeId | undefined {
    const node = this.#law.verify(tombstone);
    if (node === undefined || this.ended(node)) return undefined;
    this.#known.set(node, tombstone);
    this.#keepFew();
    return this.#known.has(node) ? node : undefined;
  }

  /** Whom the decisions have as nodes now. */
  setListed(nodes: ReadonlySet<NodeId>): void {
    this.#listed = nodes;
    this.#keepFew();
  }

  ended(node: NodeId): boolean {
    const tombstone = this.#known.get(node);
    return tombstone !== undefined && this.#law.ends(tombstone, node);
  }

  /** Moves with `nodes`. */
  get changes(): number {
    return this.#changes;
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

  /** The same ones on every node that has the same decisions: else neighbours would hand each other the rest for ever. */
  #keepFew(): void {
    this.#changes += 1;
    const others = [...this.#known].filter(([node]) => !this.#listed.has(node));
    if (others.length > mostPassedOn) {
      const latestFirst = others
        .map(([node, tombstone]) => ({ node, atMs: this.#law.atMs(tombstone) }))
        .sort((a, b) => b.atMs - a.atMs || (a.node < b.node ? -1 : 1));
      for (const { node } of latestFirst.slice(mostPassedOn)) this.#known.delete(node);
    }
    this.#book.setTombstones(this.of(this.nodes().filter((node) => this.#listed.has(node))));
  }
}
