import type { NodeId, RoleName } from '../../roles/model/node.ts';
import type { Refusal } from './hearing.ts';
import { decodeHeartbeat, encodeHeartbeat, type Heartbeat } from './heartbeat.ts';
import type { Life } from './life.ts';
import type { PeerBook } from './peer-book.ts';
import { RateBound } from './rate.ts';
import type { Transport } from './transport.ts';

/** Every node to those who watch it. Three lost in a row are needed for a suspicion. */
const heartbeatMs = 250;
/** When it starts, to every other: all are to know that it is there, and in which of its lives. */
const greetingMs = 1_000;
/** Whoever asked watches this node as it sees it, and is sent heartbeats for so long; then it asks again. */
const askerMs = 1_000;
/** A node of whom there is word, and which was never heard, is asked as often. */
const introduceMs = 1_000;
/** Beside the heartbeats, answers to one's own questions; twice of both. */
const perSecond = 20;
/** What waited in the socket while this process was stopped for a few seconds. */
const burst = 100;
/** Answers that nobody asked for, to a peer that echoes an epoch of long ago, keep this distance. */
const answerMs = 100;

export interface HeartbeatsParts {
  readonly transport: Transport;
  readonly book: PeerBook;
  /** This node's life now. */
  readonly life: () => Life;
  /** How many words it has broadcast. */
  readonly said: () => number;
  readonly lagging: () => boolean;
  readonly ready: () => readonly RoleName[];
  /** Of all that it has heard of everyone. */
  readonly mark: () => number;
  readonly observers: () => ReadonlySet<NodeId>;
  /** A peer has heard this node in a later life than this one. */
  readonly onOutlived: (epoch: number) => void;
  /** Where a node may be beside where it was heard last. */
  readonly elsewhere: (node: NodeId) => readonly string[];
}

interface Peer {
  sent: number;
  heardEpoch: number;
  heardSequence: number;
  answeredMs: number;
  askedMs: number;
  introducedMs: number;
}

/** A sign of life, fresh and meant for this life of this node; or why it is none. */
export type Beat = Heartbeat | Refusal;

/** Sends heartbeats, and tells fresh ones from old. */
export class Heartbeats {
  readonly #parts: HeartbeatsParts;
  readonly #peers = new Map<NodeId, Peer>();
  readonly #rate = new RateBound<NodeId>(perSecond, burst);
  #sentMs = -heartbeatMs;
  #greetUntilMs: number | undefined;

  constructor(parts: HeartbeatsParts) {
    this.#parts = parts;
  }

  setPeers(nodes: ReadonlySet<NodeId>): void {
    for (const node of this.#peers.keys()) if (!nodes.has(node)) this.#peers.delete(node);
    for (const node of nodes) {
      if (this.#peers.has(node)) continue;
      this.#peers.set(node, {
        sent: 0,
        heardEpoch: 0,
        heardSequence: 0,
        answeredMs: -answerMs,
        askedMs: -askerMs,
        introducedMs: -introduceMs,
      });
    }
    this.#rate.keep(nodes);
  }

  tick(nowMs: number): void {
    if (nowMs - this.#sentMs < heartbeatMs) return;
    this.#sentMs = nowMs;
    this.#greetUntilMs ??= nowMs + greetingMs;
    const observers = this.#parts.observers();
    const greets = nowMs < this.#greetUntilMs;
    for (const [node, { askedMs }] of this.#peers) {
      if (greets || observers.has(node) || nowMs - askedMs < askerMs) this.send(node, false);
    }
  }

  /** Asks one of whom there is word for a first sign of life. */
  introduce(node: NodeId, nowMs: number): void {
    const peer = this.#peers.get(node);
    if (peer === undefined || nowMs - peer.introducedMs < introduceMs) return;
    peer.introducedMs = nowMs;
    this.ask(node);
  }

  /** Asks for a sign of life wherever the node may be. */
  ask(node: NodeId): void {
    this.send(node, true);
    for (const address of this.#parts.elsewhere(node)) this.send(node, true, address);
  }

  /** To an address that is given, or to where the node was heard last. */
  send(node: NodeId, asks: boolean, address?: string): void {
    const peer = this.#peers.get(node);
    if (peer === undefined) return;
    const { transport, book, life, said, lagging, ready, mark } = this.#parts;
    peer.sent += 1;
    const heartbeat = {
      ...life(),
      sequence: peer.sent,
      said: said(),
      echo: Math.max(peer.heardEpoch, book.epoch(node)),
      asks,
      lagging: lagging(),
      ready: ready(),
      mark: mark(),
    };
    transport.datagram(node, encodeHeartbeat(heartbeat), address);
  }

  /**
   * Looks at a datagram, and answers one that asks or that does not know this life yet: where it came from, since its
   * author may have moved. If it is a recording, the answer goes to whoever played it, who can read none.
   */
  take(from: NodeId, bytes: Uint8Array, address: string, nowMs: number): Beat {
    const peer = this.#peers.get(from);
    if (peer === undefined) return 'stranger';
    if (!this.#rate.pass(from, nowMs)) return 'too-many';
    const heartbeat = decodeHeartbeat(bytes);
    if (heartbeat === undefined) return 'unreadable';
    if (heartbeat.echo > this.#parts.life().epoch) this.#parts.onOutlived(heartbeat.echo);
    if (this.#isOld(from, peer, heartbeat)) return 'old';
    const isNew = heartbeat.epoch > peer.heardEpoch;
    peer.heardEpoch = heartbeat.epoch;
    peer.heardSequence = heartbeat.sequence;
    this.#parts.book.setEpoch(from, heartbeat.epoch);
    if (heartbeat.asks) peer.askedMs = nowMs;
    const knowsMe = heartbeat.echo === this.#parts.life().epoch;
    if (heartbeat.asks || ((isNew || !knowsMe) && nowMs - peer.answeredMs >= answerMs)) {
      peer.answeredMs = nowMs;
      this.send(from, false, address);
    }
    return knowsMe ? heartbeat : 'first-contact';
  }

  #isOld(from: NodeId, peer: Peer, { epoch, sequence }: Heartbeat): boolean {
    if (epoch < Math.max(peer.heardEpoch, this.#parts.book.epoch(from))) return true;
    return epoch === peer.heardEpoch && sequence <= peer.heardSequence;
  }
}
