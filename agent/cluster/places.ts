import type { NodeId } from '../../roles/model/node.ts';
import type { Member } from './membership-parts.ts';
import type { PeerBook } from './peer-book.ts';

/** Where the other nodes are, as far as is known. */
export class Places {
  readonly #book: PeerBook;
  readonly #said: (node: NodeId) => string | undefined;
  #decided: ReadonlyMap<NodeId, string> = new Map();

  /** `said`: where a node says that it is, in its facts. */
  constructor(book: PeerBook, said: (node: NodeId) => string | undefined) {
    this.#book = book;
    this.#said = said;
  }

  setMembers(members: readonly Member[]): void {
    this.#decided = new Map(members.map(({ id, address }) => [id, address]));
  }

  /** Where it was heard last, or else where it was decided to be; undefined for a stranger. */
  of(node: NodeId): string | undefined {
    return this.#decided.has(node) ? (this.#book.address(node) ?? this.#decided.get(node)) : undefined;
  }

  /**
   * Where it may be, too: its words may come by way of others while it is not heard itself, and decisions by way of the
   * store. Only a fresh datagram makes one of these the place where it is.
   */
  elsewhere(node: NodeId): readonly string[] {
    const maybe = [this.#decided.get(node), this.#said(node)].filter((address) => address !== undefined);
    const others = new Set(maybe);
    others.delete(this.of(node) ?? '');
    return [...others];
  }

  /** A fresh datagram of it came from there. True where that is another place than before. */
  heard(node: NodeId, address: string): boolean {
    const before = this.of(node);
    if (before === undefined || before === address) return false;
    this.#book.setAddress(node, address);
    return true;
  }
}
