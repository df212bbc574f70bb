import type { NodeId, RoleName } from '../../roles/model/node.ts';
import type { Verdict } from '../../roles/model/view.ts';
import { Detection } from './detection.ts';
import { FactsExchange } from './facts-exchange.ts';
import { FactsStore } from './facts-store.ts';
import { Hearing, type Refusal } from './hearing.ts';
import { Heartbeats } from './heartbeats.ts';
import type { Member, Membership, MembershipParts } from './membership-parts.ts';
import type { DecisionsAt, Tombstone, Word } from './messages.ts';
import { Overlay } from './overlay-loop.ts';
import { readyRoles } from './own-facts.ts';
import type { PeerBook } from './peer-book.ts';
import { Places } from './places.ts';
import { Search } from './search.ts';
import { Tombstones } from './tombstones.ts';
import type { Reception } from './transport.ts';
import { Voice } from './voice.ts';

/** Half a heartbeat: everything that waits for a time is looked at this often. */
const tickMs = 125;
/** What is known of the peers is written at most this often. */
const saveMs = 5_000;

/**
 * Joins the others: listens, dials, tells this node's facts and finds out who is there. Resolves once it listens; goes
 * on until the signal aborts.
 */
export async function startMembership(
  parts: MembershipParts,
  members: readonly Member[],
  signal: AbortSignal,
): Promise<Membership> {
  const circle = new Circle(parts);
  circle.setMembers(members);
  try {
    await parts.transport.start(circle.handlers(), signal);
  } catch (error) {
    circle.forget();
    throw error;
  }
  circle.run(signal);
  return circle;
}

class Circle implements Membership {
  readonly #parts: MembershipParts;
  readonly #book: PeerBook;
  readonly #voice: Voice;
  readonly #hearing: Hearing;
  readonly #heartbeats: Heartbeats;
  readonly #detection: Detection;
  readonly #store: FactsStore;
  readonly #exchange: FactsExchange;
  readonly #tombstones: Tombstones;
  readonly #overlay: Overlay;
  readonly #places: Places;
  readonly #search: Search;
  readonly #stopHearing: () => void;
  readonly #ready = new Map<NodeId, readonly RoleName[]>();
  readonly #refusals = new Map<Refusal, number>();
  readonly #heard = new Map<NodeId, { readonly address: string; readonly atMs: number }>();
  /** In which of its lives a node said goodbye. */
  readonly #goodbyes = new Map<NodeId, number>();
  #members: readonly Member[] = [];
  #decisions: DecisionsAt | null = null;
  #isOutlived = false;
  ended: Promise<void> = Promise.resolve();

  constructor(parts: MembershipParts) {
    const { transport, random, cluster, self, epoch, sign, ownFacts, askServices, clock, book } = parts;
    this.#parts = parts;
    this.#book = book;
    this.#voice = new Voice({ cluster, self, epoch, sign });
    this.#hearing = new Hearing(cluster, self, book);
    this.#tombstones = new Tombstones(parts.tombstones, book);
    this.#store = new FactsStore({ cluster, self, epoch, sign, hearing: this.#hearing });
    this.#places = new Places(book, (node) => this.#store.address(node));
    this.#detection = new Detection({
      self,
      epoch,
      now: () => clock.monotonicMs(),
      ask: (node) => this.#heartbeats.ask(node),
      askServices,
      say: (word) => this.#say(word),
      onFound: (node, finding) => {
        // A connection to a node that answers nothing would keep the overlay from dialling it when it is back.
        if (finding === 'unreachable') transport.disconnect(node);
        this.#overlay.found(node, finding, clock.monotonicMs());
        parts.onView();
      },
    });
    this.#heartbeats = new Heartbeats({
      transport,
      book,
      life: () => this.#detection.life(),
      said: () => this.#voice.said,
      lagging: () => this.#detection.isDoubting(),
      ready: () => readyRoles(ownFacts.current().health),
      mark: () => this.#exchange.mark(),
      observers: () => this.#detection.observers(),
      onOutlived: (later) => this.#outlived(later),
      elsewhere: (node) => this.#places.elsewhere(node),
    });
    this.#search = new Search({
      everyone: transport.everyone,
      ask: (node, address) => this.#heartbeats.send(node, true, address),
      isHeard: (node) => this.#detection.isHeard(node),
    });
    this.#overlay = new Overlay(
      { self, transport, random, isHeard: (node) => this.#detection.isHeard(node) },
      clock.monotonicMs(),
    );
    this.#exchange = new FactsExchange({
      cluster,
      transport,
      random,
      store: this.#store,
      tombstones: this.#tombstones,
      ownFacts: () => ownFacts.current(),
      say: (word) => this.#say(word),
      decisions: () => this.#decisions,
      onFacts: parts.onView,
      onTombstone: (tombstone) => this.#takeTombstone(tombstone),
      onDecisionsAt: parts.onDecisionsAt,
      onOutlived: (later) => this.#outlived(later),
    });
    this.#stopHearing = ownFacts.onChange(() => this.#exchange.changed());
  }

  /** It never listened: nothing of it is to be kept. */
  forget(): void {
    this.#stopHearing();
  }

  handlers(): Parameters<MembershipParts['transport']['start']>[0] {
    return {
      onBroadcast: (from, bytes) => this.#hear(from, bytes),
      onRequest: async (from, bytes) => this.#exchange.answer(from, bytes),
      onDatagram: (from, bytes, address) => this.#beat(from, bytes, address),
      onConnected: (node) => {
        // One of the two begins.
        if (this.#parts.self < node) this.#exchange.exchangeWith(node);
      },
      onDisconnected: (node) => this.#detection.hint(node),
    };
  }

  run(signal: AbortSignal): void {
    this.ended = Promise.all([this.#loop(signal), this.#parts.transport.ended()]).then(() =>
      this.#book.save(),
    );
  }

  async #loop(signal: AbortSignal): Promise<void> {
    const { clock } = this.#parts;
    let dueMs = clock.monotonicMs();
    let saveAtMs = dueMs + saveMs;
    while (!signal.aborted) {
      const nowMs = clock.monotonicMs();
      this.#detection.tick(nowMs - dueMs);
      this.#heartbeats.tick(nowMs);
      this.#exchange.tick(nowMs);
      this.#overlay.tick(nowMs);
      this.#search.tick(nowMs);
      if (nowMs >= saveAtMs) {
        saveAtMs = nowMs + saveMs;
        // Beside the loop: a slow disk is no reason for silence.
        void this.#book.save();
      }
      dueMs = nowMs + tickMs;
      await clock.sleep(tickMs, signal);
    }
    this.#search.end();
  }

  setMembers(members: readonly Member[]): void {
    this.#members = members.filter(({ id }) => id !== this.#parts.self);
    this.#places.setMembers(this.#members);
    this.#follow();
  }

  facts(): ReturnType<Membership['facts']> {
    return this.#store.facts((node) => (node === this.#parts.self ? 0 : this.#book.epoch(node)));
  }

  verdicts(): Readonly<Record<NodeId, Verdict>> {
    const found = this.#detection.verdicts();
    return Object.fromEntries(
      this.#members.map(({ id, dead }): [NodeId, Verdict] => {
        if (this.#hasLeft(id)) return [id, 'left'];
        return [id, dead ? 'dead' : (found[id] ?? 'alive')];
      }),
    );
  }

  findings(): ReturnType<Membership['findings']> {
    return this.#detection.findings();
  }

  ready(): Readonly<Record<NodeId, readonly RoleName[]>> {
    return Object.fromEntries([...this.#ready].filter(([node]) => this.#detection.watches(node)));
  }

  refusals(): Readonly<Partial<Record<Refusal, number>>> {
    return Object.fromEntries(this.#refusals);
  }

  address(node: NodeId): string | undefined {
    return this.#book.address(node);
  }

  heard(node: NodeId): ReturnType<Membership['heard']> {
    const last = this.#heard.get(node);
    if (last === undefined) return undefined;
    return { address: last.address, agoMs: this.#parts.clock.monotonicMs() - last.atMs };
  }

  greet(address: string): Promise<NodeId | undefined> {
    return this.#search.greet(address, this.#parts.clock.monotonicMs());
  }

  connected(): readonly NodeId[] {
    return this.#parts.transport.connected();
  }

  setDecisions(at: DecisionsAt): void {
    if (at.generation === this.#decisions?.generation && at.revision === this.#decisions.revision) return;
    this.#decisions = at;
    this.#say({ kind: 'decisions', at });
  }

  tellTombstone(tombstone: Tombstone): void {
    if (this.#bury(tombstone) !== undefined) this.#say({ kind: 'tombstone', tombstone });
  }

  bury(tombstone: Tombstone): void {
    this.#bury(tombstone);
  }

  sayGoodbye(): void {
    this.#say({ kind: 'goodbye' });
  }

  /** Those who are admitted and not buried are talked with; whoever said goodbye may come back in a new life. */
  #follow(): void {
    this.#tombstones.setListed(new Set(this.#members.map(({ id }) => id)));
    const peers = this.#members
      .filter(({ id }) => !this.#tombstones.ended(id))
      .map(({ id, gossipKey, address }) => ({ id, gossipKey, address: this.#places.of(id) ?? address }));
    const ids = new Set(peers.map(({ id }) => id));
    this.#book.keep(ids);
    this.#hearing.setPeers(peers);
    this.#heartbeats.setPeers(ids);
    this.#detection.setMembers(ids);
    this.#store.keep(ids);
    this.#overlay.setPeers(ids);
    this.#search.setPeers(ids);
    for (const known of [this.#ready, this.#heard, this.#goodbyes]) {
      for (const node of known.keys()) if (!ids.has(node)) known.delete(node);
    }
    this.#parts.transport.setPeers(peers);
    this.#parts.onView();
  }

  #say(word: Word): void {
    this.#parts.transport.broadcast(this.#voice.seal(word));
  }

  #hear(from: NodeId, bytes: Uint8Array): Reception {
    const nowMs = this.#parts.clock.monotonicMs();
    const heard = this.#hearing.open(from, bytes, nowMs);
    if (heard.reception !== 'accept') {
      this.#refuse(heard.why);
      if (heard.unmet !== undefined) this.#heartbeats.introduce(heard.unmet, nowMs);
      return heard.reception;
    }
    const { author, epoch, word } = heard;
    return this.#take(from, author, epoch, word);
  }

  #take(from: NodeId, author: NodeId, epoch: number, word: Word): Reception {
    switch (word.kind) {
      case 'facts':
        return this.#exchange.takeChange(from, author, epoch, word) ? 'accept' : 'ignore';
      case 'report':
        this.#detection.reported(author, word);
        return 'accept';
      case 'refutation':
        this.#detection.refuted(author, { epoch, incarnation: word.incarnation });
        return 'accept';
      case 'tombstone':
        this.#takeTombstone(word.tombstone);
        return 'accept';
      case 'decisions':
        this.#parts.onDecisionsAt(author, word.at);
        return 'accept';
      case 'goodbye':
        this.#goodbyes.set(author, epoch);
        this.#parts.onView();
        return 'accept';
    }
  }

  #beat(from: NodeId, bytes: Uint8Array, address: string): void {
    const nowMs = this.#parts.clock.monotonicMs();
    const beat = this.#heartbeats.take(from, bytes, address, nowMs);
    if (typeof beat === 'string') {
      this.#refuse(beat);
      return;
    }
    const { epoch, incarnation, said, lagging, ready, mark } = beat;
    this.#hearing.met(from, epoch, said);
    this.#ready.set(from, ready);
    this.#exchange.heardMark(from, mark, nowMs);
    this.#heard.set(from, { address, atMs: nowMs });
    this.#detection.heard(from, { epoch, incarnation }, lagging);
    if (this.#places.heard(from, address)) this.#follow();
    this.#search.heard(from, address);
  }

  #outlived(epoch: number): void {
    if (this.#isOutlived) return;
    this.#isOutlived = true;
    this.#parts.onOutlived(epoch);
  }

  #takeTombstone(tombstone: Tombstone): void {
    const node = this.#bury(tombstone);
    if (node !== undefined) this.#parts.onTombstone(node, tombstone);
  }

  /** The node, where that was not known. */
  #bury(tombstone: Tombstone): NodeId | undefined {
    const node = this.#tombstones.take(tombstone);
    if (node === undefined) return undefined;
    this.#follow();
    // At once: whoever starts anew beside a node that was removed, and hears of nobody else, still knows it.
    void this.#book.save();
    return node;
  }

  #hasLeft(node: NodeId): boolean {
    const goodbye = this.#goodbyes.get(node);
    return this.#tombstones.ended(node) || (goodbye !== undefined && goodbye >= this.#book.epoch(node));
  }

  #refuse(why: Refusal): void {
    this.#refusals.set(why, (this.#refusals.get(why) ?? 0) + 1);
  }
}
