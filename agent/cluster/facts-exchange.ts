import { isDeepStrictEqual } from 'node:util';
import type { Facts } from '../../roles/model/facts.ts';
import { fingerprint } from '../../roles/model/fingerprint.ts';
import type { NodeId } from '../../roles/model/node.ts';
import type { Random } from '../../roles/model/ports.ts';
import type { FactsStore } from './facts-store.ts';
import {
  Answer,
  type ClusterMark,
  type DecisionsAt,
  type FactsRecord,
  headingOf,
  mostRequestBytes,
  Request,
  type Tombstone,
  type Word,
} from './messages.ts';
import type { Tombstones } from './tombstones.ts';
import type { Transport } from './transport.ts';

export interface FactsExchangeParts {
  readonly cluster: ClusterMark;
  readonly transport: Transport;
  readonly random: Random;
  readonly store: FactsStore;
  readonly tombstones: Tombstones;
  readonly ownFacts: () => Facts;
  readonly say: (word: Word) => void;
  readonly decisions: () => DecisionsAt | null;
  readonly onFacts: () => void;
  readonly onTombstone: (tombstone: Tombstone) => void;
  readonly onDecisionsAt: (node: NodeId, at: DecisionsAt) => void;
  /** Somebody has facts of this node from a later life than this. */
  readonly onOutlived: (epoch: number) => void;
}

/** Changes within this time go out as one: a cycle sets the health of several roles in a row. */
const debounceMs = 100;
/** Load moves all the time and tells nobody; it is the mean of a minute, and goes out as late as this … */
const quietPublishMs = 60_000;
/** … or sooner by up to this part of it: nodes that began together, as after a power cut, are not to speak at once. */
const quietPublishJitter = 0.2;
/**
 * A heartbeat that has heard of less is mostly of a moment before the news came there: whoever lacks something says so
 * for longer than this.
 */
const underWayMs = 600;
/** Between two exchanges while somebody says another mark: with that, what a lost broadcast costs at most. */
const exchangeMs = 1_000;
const exchangeJitter = 0.2;
/** Everyone heard says the same: one exchange now and then, should two marks ever be equal by chance. */
const calmExchangeMs = 30_000;
/** Half of what a request may be, so that the last record always fits. */
const goodsBytes = mostRequestBytes / 2;

/** Keeps the facts of all nodes equal on all: changes are told to all at once, and what got lost is exchanged. */
export class FactsExchange {
  readonly #parts: FactsExchangeParts;
  #publishAtMs = 0;
  #exchangeAtMs = 0;
  #nowMs = 0;
  readonly #busy = new Set<NodeId>();
  #exchangedMs = -calmExchangeMs;
  /** What was last asked for, and what it was made from. */
  #marked: { readonly of: readonly unknown[]; readonly mark: number } = { of: [], mark: 0 };
  /** By node: when its last heartbeat came, and since when each has had another mark than this node. */
  readonly #heardMarks = new Map<NodeId, { readonly atMs: number; readonly differsSinceMs: number }>();

  constructor(parts: FactsExchangeParts) {
    this.#parts = parts;
  }

  /** This node's facts have changed. */
  changed(): void {
    this.#publishAtMs = Math.min(this.#publishAtMs, this.#nowMs + debounceMs);
  }

  tick(nowMs: number): void {
    this.#nowMs = nowMs;
    if (nowMs >= this.#publishAtMs) this.#publish(nowMs);
    if (nowMs < this.#exchangeAtMs) return;
    const { random, transport } = this.#parts;
    this.#exchangeAtMs = nowMs + exchangeMs * (1 - exchangeJitter + 2 * exchangeJitter * random.next());
    if (this.#isCalm(nowMs)) return;
    const neighbours = transport.connected();
    const neighbour = neighbours[Math.floor(random.next() * neighbours.length)];
    if (neighbour === undefined) return;
    this.#exchangedMs = nowMs;
    this.exchangeWith(neighbour);
  }

  /** What this node's heartbeats say of all that it has heard. */
  mark(): number {
    const { store, tombstones, decisions } = this.#parts;
    const of = [store.changes, tombstones.changes, decisions()];
    if (!isDeepStrictEqual(of, this.#marked.of))
      this.#marked = { of, mark: shortMark([this.#mark(), decisions()]) };
    return this.#marked.mark;
  }

  /** A fresh heartbeat of a node had this mark. */
  heardMark(node: NodeId, mark: number, nowMs: number): void {
    const before = this.#heardMarks.get(node)?.differsSinceMs ?? Number.POSITIVE_INFINITY;
    const differsSinceMs = mark === this.mark() ? Number.POSITIVE_INFINITY : Math.min(before, nowMs);
    this.#heardMarks.set(node, { atMs: nowMs, differsSinceMs });
  }

  /**
   * Whether all who were heard lately have heard the same as this node. Who lacks something finds that itself: those
   * whom it hears are seldom all without it.
   */
  #isCalm(nowMs: number): boolean {
    if (nowMs - this.#exchangedMs >= calmExchangeMs) return false;
    for (const [node, { atMs }] of this.#heardMarks) {
      if (nowMs - atMs >= exchangeMs) this.#heardMarks.delete(node);
    }
    const heard = [...this.#heardMarks.values()];
    return heard.length > 0 && heard.every(({ differsSinceMs }) => nowMs - differsSinceMs < underWayMs);
  }

  /** A change that a node told of itself; `from` passed it on. */
  takeChange(from: NodeId, author: NodeId, epoch: number, word: Extract<Word, { kind: 'facts' }>): boolean {
    const taken = this.#parts.store.takeChange(author, epoch, word);
    if (taken === 'new') this.#parts.onFacts();
    if (taken === 'gap') this.exchangeWith(from);
    return taken === 'new' || taken === 'known' || taken === 'gap';
  }

  /** Compares notes with a neighbour, both ways, until neither lacks anything. Whoever is away now is asked again. */
  exchangeWith(neighbour: NodeId): void {
    if (this.#busy.has(neighbour)) return;
    this.#busy.add(neighbour);
    this.#exchange(neighbour)
      .catch(() => undefined)
      .finally(() => this.#busy.delete(neighbour));
  }

  /** Answers a neighbour. Throws for what is no request of this cluster. */
  answer(from: NodeId, bytes: Uint8Array): Uint8Array {
    const { cluster, store, tombstones, decisions } = this.#parts;
    const request = Request.parse(parseJson(bytes));
    this.#refuseOthers(request);
    const nothing = { ...headingOf(cluster), records: [], tombstones: [], wanted: [], wantedTombstones: [] };
    if (request.kind === 'delivery') {
      this.#takeGoods(request);
      return encode({ ...nothing, decisions: decisions(), more: false } satisfies Answer);
    }
    if (request.decisions !== null) this.#parts.onDecisionsAt(from, request.decisions);
    if (request.kind === 'glance') {
      const more = request.mark !== this.#mark();
      return encode({ ...nothing, decisions: decisions(), more } satisfies Answer);
    }
    const known = new Set(tombstones.nodes());
    return encode({
      ...nothing,
      ...fitting(store.lackedBy(request.digest)),
      tombstones: [...tombstones.lackedBy(request.tombstones)],
      wanted: [...store.wantedFrom(request.digest)],
      wantedTombstones: request.tombstones.filter((node) => !known.has(node)),
      decisions: decisions(),
    } satisfies Answer);
  }

  async #exchange(neighbour: NodeId): Promise<void> {
    const { cluster, store, tombstones, decisions, onDecisionsAt } = this.#parts;
    const glance = {
      ...headingOf(cluster),
      kind: 'glance',
      mark: this.#mark(),
      decisions: decisions(),
    } as const;
    const glanced = await this.#ask(neighbour, glance);
    if (glanced.decisions !== null) onDecisionsAt(neighbour, glanced.decisions);
    let { more } = glanced;
    while (more) {
      const answer = await this.#ask(neighbour, {
        ...headingOf(cluster),
        kind: 'exchange',
        digest: store.digest(),
        tombstones: [...tombstones.nodes()],
        decisions: decisions(),
      });
      if (answer.decisions !== null) onDecisionsAt(neighbour, answer.decisions);
      const news = this.#takeGoods(answer);
      const wanted = answer.wanted.map((node) => store.record(node)).filter((record) => record !== undefined);
      const { records, more: rest } = fitting(wanted);
      const stones = [...tombstones.of(answer.wantedTombstones)];
      if (records.length + stones.length > 0) {
        await this.#ask(neighbour, { ...headingOf(cluster), kind: 'delivery', records, tombstones: stones });
      }
      // Only what was of use is worth another round.
      more = (answer.more && news) || rest;
    }
  }

  /** Of all that an exchange compares, name by name: mostly the same on both sides, in a few bytes at any size. */
  #mark(): string {
    const { store, tombstones } = this.#parts;
    const digest = Object.entries(store.digest()).sort(([a], [b]) => (a < b ? -1 : 1));
    return fingerprint([digest, [...tombstones.nodes()].sort()]);
  }

  async #ask(neighbour: NodeId, request: Request): Promise<Answer> {
    const answer = Answer.parse(parseJson(await this.#parts.transport.request(neighbour, encode(request))));
    this.#refuseOthers(answer);
    return answer;
  }

  #publish(nowMs: number): void {
    this.#publishAtMs = nowMs + quietPublishMs * (1 - quietPublishJitter * this.#parts.random.next());
    const word = this.#parts.store.publish(this.#parts.ownFacts());
    if (word === undefined) return;
    this.#parts.say(word);
    this.#parts.onFacts();
  }

  /** True where a record was new. */
  #takeGoods(goods: { records: readonly FactsRecord[]; tombstones: readonly Tombstone[] }): boolean {
    const { store, onFacts, onTombstone, onOutlived } = this.#parts;
    const taken = goods.records.map((record) => {
      const became = store.take(record);
      if (became === 'outlived') onOutlived(record.epoch);
      return became;
    });
    for (const tombstone of goods.tombstones) onTombstone(tombstone);
    const news = taken.includes('new');
    if (news) onFacts();
    return news;
  }

  #refuseOthers({ cluster, generation }: { cluster: string; generation: number }): void {
    const own = this.#parts.cluster;
    if (cluster !== own.id || generation !== own.generation) throw new Error('a message of another cluster');
  }
}

/** As many as go into one message. */
function fitting(records: readonly FactsRecord[]): { records: FactsRecord[]; more: boolean } {
  const fit: FactsRecord[] = [];
  let bytes = 0;
  for (const record of records) {
    bytes += Buffer.byteLength(JSON.stringify(record));
    if (bytes > goodsBytes) break;
    fit.push(record);
  }
  return { records: fit, more: fit.length < records.length };
}

/** Of 32 bits: two that differ are the same once in four thousand million times, and not again after the next change. */
function shortMark(data: unknown): number {
  return Number.parseInt(fingerprint(data).slice(0, 8), 16);
}

function encode(message: Request | Answer): Uint8Array {
  return Buffer.from(JSON.stringify(message));
}

function parseJson(bytes: Uint8Array): unknown {
  if (bytes.length > mostRequestBytes) throw new Error('a message that is too large');
  return JSON.parse(Buffer.from(bytes).toString('utf8'));
}
