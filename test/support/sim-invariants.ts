import { decodeHeartbeat } from '../../agent/cluster/heartbeat.ts';
import { compareLives, type Life } from '../../agent/cluster/life.ts';
import type { Membership } from '../../agent/cluster/membership-parts.ts';
import type { PeerBook } from '../../agent/cluster/peer-book.ts';
import type { Facts } from '../../roles/model/facts.ts';
import type { NodeId } from '../../roles/model/node.ts';
import { beatName, Ledger, nameOf, type Said } from './sim-ledger.ts';
import type { Before, TransportWatch } from './watched-transport.ts';

/** Whom a node can talk with for so long without a break, that one it does not hold for gone. */
const inReachMs = 3_000;
/** Where nothing has happened for so long, the node itself stood still, and nobody looked. */
const stoodStillMs = 1_000;
/** One that is broken is mostly broken at each step from then on. */
const mostTold = 5;

/** One life of a node, as it is looked at. */
export interface LifeSeen {
  readonly id: NodeId;
  readonly epoch: number;
  readonly book: PeerBook;
  /** Of whose removal the node has heard, on its present disk. */
  readonly buried: ReadonlySet<NodeId>;
  /** Its latest life on its present disk, as it told the others. */
  readonly told: { life: Life };
  /** Undefined before it listens, and after it has ended. */
  readonly membership: () => Membership | undefined;
}

/** What the one who watches knows of the whole. */
export interface Whole {
  readonly nowMs: () => number;
  /** Whether words go both ways between two nodes now, and both are there to hear them. */
  readonly reach: (a: NodeId, b: NodeId) => boolean;
  /** All nodes that were ever members. */
  readonly nodes: () => readonly NodeId[];
  /** Whether every node is heard by each that watches it. */
  readonly isCircle: boolean;
  /** What a node's view has wrong; asked for once everything should be right. */
  readonly wrongVerdicts: (observer: NodeId) => readonly string[];
}

/** What holds at every step of a simulated cluster, whatever happens to it. */
export class Invariants {
  readonly whole: Whole;
  readonly ledger = new Ledger();
  /** What did not hold, and when. */
  readonly broken: string[] = [];
  /** From then on every view is right. */
  settledFromMs = Number.POSITIVE_INFINITY;

  constructor(whole: Whole) {
    this.whole = whole;
  }

  begin(life: LifeSeen): TransportWatch {
    return new LifeWatch(life, this);
  }

  fail(sentence: string): void {
    if (this.broken.length < mostTold) this.broken.push(`${this.whole.nowMs()} ms: ${sentence}`);
  }
}

/** Something that was listened to, and when it was really said. */
interface Taken extends Said {
  readonly what: string;
  readonly name: string;
}

const nobody: ReadonlySet<NodeId> = new Set();

/** Beside one node, in one of its lives. */
class LifeWatch implements TransportWatch {
  readonly #node: LifeSeen;
  readonly #all: Invariants;
  readonly #beganMs: number;
  readonly #taken = new Set<string>();
  readonly #epochs = new Map<NodeId, number>();
  readonly #facts = new Map<NodeId, readonly [epoch: number, sequence: number]>();
  readonly #inReachSinceMs = new Map<NodeId, number>();
  #lookedMs = 0;

  constructor(node: LifeSeen, all: Invariants) {
    this.#node = node;
    this.#all = all;
    this.#beganMs = all.whole.nowMs();
  }

  said(bytes: Uint8Array): void {
    this.#all.ledger.addWord(bytes, { author: this.#node.id, atMs: this.#all.whole.nowMs() });
  }

  sent(to: NodeId, bytes: Uint8Array): void {
    const { id, told } = this.#node;
    const beat = decodeHeartbeat(bytes);
    if (beat === undefined) return;
    this.#all.ledger.addBeat(id, to, beat, this.#all.whole.nowMs());
    if (compareLives(beat, told.life) < 0) {
      this.#fail(
        `speaks in life ${beat.epoch}.${beat.incarnation} after ${told.life.epoch}.${told.life.incarnation}`,
      );
    }
    told.life = { epoch: beat.epoch, incarnation: beat.incarnation };
  }

  before(): Before {
    const { buried } = this.#node;
    return { refused: this.#refused(), buried: buried.size === 0 ? nobody : new Set(buried) };
  }

  took(bytes: Uint8Array, { buried }: Before): void {
    const word = this.#all.ledger.word(bytes);
    if (word === undefined) this.#fail('takes a word that none of the nodes has said');
    else this.#checkFresh({ ...word, what: 'a word', name: nameOf(bytes) }, buried);
  }

  felt(from: NodeId, bytes: Uint8Array, { refused, buried }: Before): void {
    if (this.#refused() > refused) return;
    const beat = decodeHeartbeat(bytes);
    const { id } = this.#node;
    const atMs = beat === undefined ? undefined : this.#all.ledger.beat(from, id, beat);
    if (beat === undefined || atMs === undefined)
      this.#fail(`takes a heartbeat that ${from} has not sent it`);
    else
      this.#checkFresh({ author: from, atMs, what: 'a heartbeat', name: beatName(from, id, beat) }, buried);
  }

  #refused(): number {
    const refusals = this.#node.membership()?.refusals() ?? {};
    return Object.values(refusals).reduce((sum, count) => sum + count, 0);
  }

  step(): void {
    const membership = this.#node.membership();
    if (membership === undefined) return;
    this.#checkBook();
    for (const facts of Object.values(membership.facts())) this.#checkFacts(facts);
    this.#checkBuried(membership);
    this.#checkReach(membership);
    const { whole, settledFromMs } = this.#all;
    if (whole.nowMs() < settledFromMs) return;
    for (const wrong of whole.wrongVerdicts(this.#node.id)) this.#all.fail(wrong);
  }

  #checkFresh({ author, atMs, what, name }: Taken, buried: ReadonlySet<NodeId>): void {
    if (this.#taken.has(name)) this.#fail(`takes ${what} of ${author} twice`);
    if (atMs < this.#beganMs) this.#fail(`takes a recording, ${what} of ${author} from before this life`);
    if (buried.has(author)) this.#fail(`takes ${what} of ${author}, which was removed`);
    this.#taken.add(name);
  }

  /** Whom it has forgotten meanwhile, it may meet anew. */
  #checkBook(): void {
    for (const node of this.#all.whole.nodes()) {
      const [epoch, before] = [this.#node.book.epoch(node), this.#epochs.get(node) ?? 0];
      if (epoch < before && !this.#node.buried.has(node))
        this.#fail(`goes back from epoch ${before} of ${node} to ${epoch}`);
      this.#epochs.set(node, epoch);
    }
  }

  #checkFacts({ node, sequence, versions }: Facts): void {
    const epoch = Number(versions['epoch']);
    const [knownEpoch, knownSequence] = this.#facts.get(node) ?? [0, 0];
    if (epoch < knownEpoch || (epoch === knownEpoch && sequence < knownSequence)) {
      this.#fail(`goes back from facts ${knownEpoch}.${knownSequence} of ${node} to ${epoch}.${sequence}`);
    }
    if (node === this.#node.id && epoch !== this.#node.epoch)
      this.#fail(`takes its own facts of epoch ${epoch} from others`);
    this.#facts.set(node, [epoch, sequence]);
  }

  #checkBuried(membership: Membership): void {
    const { buried } = this.#node;
    if (buried.size === 0) return;
    const [verdicts, facts] = [membership.verdicts(), membership.facts()];
    const connected = membership.connected();
    for (const node of buried) {
      if (node === this.#node.id) continue;
      const verdict = verdicts[node] ?? 'left';
      if (verdict !== 'left') this.#fail(`says ${node}, which was removed, is ${verdict}`);
      if (facts[node] !== undefined) this.#fail(`has facts of ${node}, which was removed`);
      if (connected.includes(node)) this.#fail(`is connected to ${node}, which was removed`);
    }
  }

  #checkReach(membership: Membership): void {
    const { whole } = this.#all;
    if (!whole.isCircle) return;
    const nowMs = whole.nowMs();
    if (nowMs - this.#lookedMs >= stoodStillMs) this.#inReachSinceMs.clear();
    this.#lookedMs = nowMs;
    const findings = membership.findings();
    for (const other of whole.nodes()) {
      if (!whole.reach(this.#node.id, other)) {
        this.#inReachSinceMs.delete(other);
        continue;
      }
      const sinceMs = this.#inReachSinceMs.get(other) ?? nowMs;
      this.#inReachSinceMs.set(other, sinceMs);
      const gone = findings[other] === 'unreachable' || findings[other] === 'unmanaged';
      if (gone && nowMs - sinceMs >= inReachMs)
        this.#fail(`says ${other}, which it can reach, is ${findings[other]}`);
    }
  }

  #fail(sentence: string): void {
    this.#all.fail(`${this.#node.id} ${sentence}`);
  }
}
