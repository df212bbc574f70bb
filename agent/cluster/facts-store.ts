import { Facts } from '../../roles/model/facts.ts';
import type { NodeId } from '../../roles/model/node.ts';
import {
  changeBetween,
  compareRecords,
  digestEntry,
  isGenuine,
  noFacts,
  signFacts,
  withChange,
} from './facts-record.ts';
import type { Hearing, Refusal } from './hearing.ts';
import {
  type ClusterMark,
  type Digest,
  type FactsRecord,
  mostBroadcastBytes,
  type Word,
} from './messages.ts';
import type { Sign } from './signing.ts';

export interface FactsStoreParts {
  readonly cluster: ClusterMark;
  readonly self: NodeId;
  readonly epoch: number;
  readonly sign: Sign;
  readonly hearing: Hearing;
}

type FactsWord = Extract<Word, { kind: 'facts' }>;

/**
 * What became of a record: `gap` when it is a change from facts that are not here, `outlived` when it has this node's
 * own signature, and yet is later than all that this life has said: of a later one, or of a copy of this machine.
 */
export type Taken = 'new' | 'known' | 'gap' | 'outlived' | Refusal;

/** The facts of all nodes as each signed them, its own among them. */
export class FactsStore {
  readonly #parts: FactsStoreParts;
  readonly #records = new Map<NodeId, FactsRecord>();
  readonly #facts = new Map<NodeId, Facts>();
  #changes = 0;

  constructor(parts: FactsStoreParts) {
    this.#parts = parts;
  }

  /** Puts this node's facts of now on record; the word that tells the others, or undefined where nothing changed. */
  publish(facts: Facts): FactsWord | undefined {
    const { cluster, self: node, epoch, sign } = this.#parts;
    const before = this.#records.get(node);
    const base = before?.text ?? noFacts;
    const change = changeBetween(base, JSON.stringify(facts));
    if (before !== undefined && change === '{}') return undefined;
    const unsigned = { node, epoch, sequence: facts.sequence, text: withChange(base, change) };
    const record = signFacts(cluster, unsigned, sign);
    this.#keep(record);
    const { sequence, signature } = record;
    return { kind: 'facts', base: before?.sequence ?? null, sequence, change, signature };
  }

  /** Takes a change that `author` told of itself. */
  takeChange(author: NodeId, epoch: number, word: FactsWord): Taken {
    const before = this.#records.get(author);
    const fits = word.base === null || (before?.epoch === epoch && before.sequence === word.base);
    if (before !== undefined && compareRecords({ epoch, sequence: word.sequence }, before) <= 0)
      return 'known';
    if (!fits) return 'gap';
    const base = word.base === null ? noFacts : (before?.text ?? noFacts);
    const { sequence, signature } = word;
    try {
      return this.take({ node: author, epoch, sequence, text: withChange(base, word.change), signature });
    } catch {
      return 'unreadable';
    }
  }

  /** Takes a record from anyone. */
  take(record: FactsRecord): Taken {
    const { cluster, self, hearing } = this.#parts;
    if (record.node === self) return this.#isLaterThanSaid(record) ? 'outlived' : 'own';
    const before = this.#records.get(record.node);
    if (before !== undefined && compareRecords(record, before) <= 0) return 'known';
    const key = hearing.keyOf(record.node);
    if (key === undefined) return 'stranger';
    if (record.text.length > mostBroadcastBytes) return 'too-large';
    if (!isGenuine(cluster, record, key)) return 'forged';
    this.#keep(record);
    return 'new';
  }

  /** Where a node last said that it is. */
  address(node: NodeId): string | undefined {
    return this.#facts.get(node)?.hardware.address;
  }

  /** Moves with everything that its digest is made from. */
  get changes(): number {
    return this.#changes;
  }

  record(node: NodeId): FactsRecord | undefined {
    return this.#records.get(node);
  }

  digest(): Digest {
    return Object.fromEntries([...this.#records.values()].map(digestEntry));
  }

  /** Records that whoever has this digest lacks. */
  lackedBy(digest: Digest): readonly FactsRecord[] {
    return [...this.#records.values()].filter((record) => isLater(record, digest[record.node]));
  }

  /** Nodes of which that digest has later facts; strangers to this node are not asked about. */
  wantedFrom(digest: Digest): readonly NodeId[] {
    const { self, hearing } = this.#parts;
    return Object.entries(digest)
      .filter(([node]) => node !== self && hearing.keyOf(node) !== undefined)
      .filter(([node, [epoch, sequence]]) => {
        const own = this.#records.get(node);
        return own === undefined || compareRecords({ epoch, sequence }, own) > 0;
      })
      .map(([node]) => node);
  }

  /**
   * What is known of each, by node; absent where this version cannot read it. Of a node that is heard to live anew, and
   * has told nothing of that life yet, what its machine and services are, and not how they fared in the life before.
   */
  facts(epochOf: (node: NodeId) => number): Readonly<Record<NodeId, Facts>> {
    const known = [...this.#facts].map(([node, facts]): [NodeId, Facts] => {
      const epoch = this.#records.get(node)?.epoch ?? 0;
      return [node, epoch < epochOf(node) ? ofFormerLife(facts) : facts];
    });
    return Object.fromEntries(known);
  }

  /** Forgets all others. */
  keep(nodes: ReadonlySet<NodeId>): void {
    for (const node of this.#records.keys()) {
      if (nodes.has(node) || node === this.#parts.self) continue;
      this.#changes += 1;
      this.#records.delete(node);
      this.#facts.delete(node);
    }
  }

  /** Whoever signs the same twice with an Ed25519 key writes the same twice. */
  #isLaterThanSaid(record: FactsRecord): boolean {
    const { cluster, self, epoch, sign } = this.#parts;
    const said = this.#records.get(self) ?? { epoch, sequence: 0 };
    return (
      compareRecords(record, said) > 0 && signFacts(cluster, record, sign).signature === record.signature
    );
  }

  #keep(record: FactsRecord): void {
    this.#changes += 1;
    this.#records.set(record.node, record);
    const facts = readFacts(record);
    if (facts === undefined) this.#facts.delete(record.node);
    else this.#facts.set(record.node, facts);
  }
}

/** As a life begins: nothing has proved its health, and no role has said anything. */
function ofFormerLife({ details: _details, ...facts }: Facts): Facts {
  return { ...facts, health: {} };
}

function isLater(record: FactsRecord, known: readonly [number, number] | undefined): boolean {
  return known === undefined || compareRecords(record, { epoch: known[0], sequence: known[1] }) > 0;
}

/** Signed by its author, and yet perhaps of a version that this one cannot read. */
function readFacts(record: FactsRecord): Facts | undefined {
  try {
    const facts = Facts.parse(JSON.parse(record.text));
    return facts.node === record.node ? facts : undefined;
  } catch {
    return undefined;
  }
}
