import type { KeyObject } from 'node:crypto';
import type { NodeId } from '../../roles/model/node.ts';
import { type ClusterMark, Envelope, messageFormat, mostBroadcastBytes, type Word } from './messages.ts';
import type { PeerBook } from './peer-book.ts';
import { RateBound } from './rate.ts';
import { gossipKeyOf, isSignedBy, signatureBytes } from './signing.ts';
import type { Peer, Reception } from './transport.ts';

/** Not listened to, and why. */
interface Unheard {
  readonly reception: Exclude<Reception, 'accept'>;
  readonly why: Refusal;
  /** An admitted node of which nothing fresh was heard yet. */
  readonly unmet?: NodeId;
}

/** A word that is fresh and its author's own, or why it is not listened to. */
export type Heard =
  | { readonly reception: 'accept'; readonly author: NodeId; readonly epoch: number; readonly word: Word }
  | Unheard;

/**
 * Why a message, a datagram or a record was not listened to. `early`: nothing fresh was heard of its author yet.
 * `first-contact`: a heartbeat that does not know this life of the receiver; it is answered, and proves nothing.
 */
export type Refusal =
  | 'too-large'
  | 'too-many'
  | 'unreadable'
  | 'other-format'
  | 'other-cluster'
  | 'stranger'
  | 'own'
  | 'early'
  | 'first-contact'
  | 'old'
  | 'forged';

/** One neighbour passes on the words of all: a hundred nodes that all change twice a second. */
const relayedPerSecond = 200;
/** One author: its facts move twice a second at most, reports and refutations once a second each. */
const wordsPerSecond = 20;
/** Seconds of either at once: what a neighbour held back arrives in one piece. */
const burstSeconds = 4;

const notSilently = (why: Refusal): Unheard => ({ reception: 'reject', why });
const silently = (why: Refusal): Unheard => ({ reception: 'ignore', why });

/** What was heard of one author in its present epoch. */
interface Author {
  readonly epoch: number;
  /** How much it had said when this node first heard it: what comes later than that is no recording. */
  readonly said: number;
  /** The last sequence by kind: words of different kinds may overtake each other. */
  readonly sequences: Map<Word['kind'], number>;
}

/** Opens envelopes: only those of admitted nodes, of this cluster, in order, each once, and not too many. */
export class Hearing {
  readonly #cluster: ClusterMark;
  readonly #self: NodeId;
  readonly #book: PeerBook;
  #keys: ReadonlyMap<NodeId, KeyObject> = new Map();
  #raw: ReadonlyMap<NodeId, string> = new Map();
  readonly #authors = new Map<NodeId, Author>();
  readonly #relayed = new RateBound<NodeId>(relayedPerSecond, relayedPerSecond * burstSeconds);
  readonly #words = new RateBound<NodeId>(wordsPerSecond, wordsPerSecond * burstSeconds);

  constructor(cluster: ClusterMark, self: NodeId, book: PeerBook) {
    this.#cluster = cluster;
    this.#self = self;
    this.#book = book;
  }

  /** Who is listened to from now on. */
  setPeers(peers: readonly Peer[]): void {
    const keyOf = ({ id, gossipKey }: Peer): KeyObject => {
      const known = this.#raw.get(id) === gossipKey ? this.#keys.get(id) : undefined;
      return known ?? gossipKeyOf(gossipKey);
    };
    this.#keys = new Map(peers.map((peer) => [peer.id, keyOf(peer)]));
    this.#raw = new Map(peers.map(({ id, gossipKey }) => [id, gossipKey]));
    const ids = new Set(this.#keys.keys());
    this.#relayed.keep(ids);
    this.#words.keep(ids);
    for (const id of this.#authors.keys()) if (!ids.has(id)) this.#authors.delete(id);
  }

  /**
   * A fresh heartbeat came from a node, which had said so much. Only from then on it is listened to: its datagrams
   * prove that it lives now, and its broadcasts do not. Whatever it said before comes with the next exchange.
   */
  met(author: NodeId, epoch: number, said: number): void {
    if (this.#authors.get(author)?.epoch === epoch) return;
    this.#authors.set(author, { epoch, said, sequences: new Map() });
  }

  /** The key of an admitted node. */
  keyOf(node: NodeId): KeyObject | undefined {
    return this.#keys.get(node);
  }

  /** Opens what `from` passed on. What costs least is looked at first, the signature last. */
  open(from: NodeId, bytes: Uint8Array, nowMs: number): Heard {
    if (!this.#relayed.pass(from, nowMs)) return silently('too-many');
    if (bytes.length > mostBroadcastBytes) return notSilently('too-large');
    const text = bytes.subarray(signatureBytes);
    const envelope = readEnvelope(text);
    if (typeof envelope === 'string')
      return envelope === 'unreadable' ? notSilently(envelope) : silently(envelope);
    const why = this.#refusal(envelope);
    if (why === 'early') return { ...silently(why), unmet: envelope.author };
    if (why !== undefined) return silently(why);
    const key = this.#keys.get(envelope.author);
    if (key === undefined) return silently('stranger');
    if (!isSignedBy(key, text, bytes.subarray(0, signatureBytes))) return notSilently('forged');
    if (!this.#words.pass(envelope.author, nowMs)) return silently('too-many');
    const { author, epoch, sequence, word } = envelope;
    this.#authors.get(author)?.sequences.set(word.kind, sequence);
    return { reception: 'accept', author, epoch, word };
  }

  #refusal({ cluster, generation, author, epoch, sequence, word }: Envelope): Refusal | undefined {
    if (cluster !== this.#cluster.id || generation !== this.#cluster.generation) return 'other-cluster';
    if (author === this.#self) return 'own';
    if (!this.#keys.has(author)) return 'stranger';
    if (epoch < this.#book.epoch(author)) return 'old';
    const met = this.#authors.get(author);
    if (met?.epoch !== epoch) return 'early';
    return sequence <= (met.sequences.get(word.kind) ?? met.said) ? 'old' : undefined;
  }
}

function readEnvelope(text: Uint8Array): Envelope | 'unreadable' | 'other-format' {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(text).toString('utf8'));
  } catch {
    return 'unreadable';
  }
  const parsed = Envelope.safeParse(value);
  if (parsed.success) return parsed.data;
  const format = (value as { format?: unknown } | null)?.format;
  return typeof format === 'number' && format !== messageFormat ? 'other-format' : 'unreadable';
}
