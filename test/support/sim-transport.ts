import {
  type Peer,
  PeerUnreachable,
  type Transport,
  type TransportHandlers,
} from '../../agent/cluster/transport.ts';
import { broadcastOf } from '../../roles/model/ipv4.ts';
import type { NodeId } from '../../roles/model/node.ts';
import type { SimEnd, SimNetwork } from './sim-network.ts';

/** Of the networks that machines are in; what is sent to all of one reaches nobody outside it. */
const prefix = 24;
/** As long as the real one waits. */
const answerTimeoutMs = 2_000;

export interface Overheard {
  readonly from: NodeId;
  readonly kind: 'broadcast' | 'datagram';
  readonly bytes: Uint8Array;
}

/** One node's end of a simulated network. Vouches for the neighbour, as the real one does, and for nothing else. */
export class SimTransport implements Transport, SimEnd {
  readonly id: NodeId;
  readonly address: string;
  readonly everyone: string | undefined;
  handlers: TransportHandlers | undefined;
  /** Every datagram that arrived here, every broadcast that was listened to: what a stranger could send again. */
  readonly overheard: Overheard[] = [];
  readonly #network: SimNetwork;
  readonly #seen = new Set<string>();
  #peers: ReadonlyMap<NodeId, Peer> = new Map();
  #ended: Promise<void> = Promise.resolve();

  constructor(network: SimNetwork, id: NodeId, address: string) {
    this.#network = network;
    this.id = id;
    this.address = address;
    this.everyone = broadcastOf(address, prefix);
  }

  async start(handlers: TransportHandlers, signal: AbortSignal): Promise<void> {
    this.handlers = handlers;
    this.#network.up(this);
    this.#ended = new Promise((resolve) => {
      signal.addEventListener('abort', () => resolve(this.#network.down(this, signal.reason === 'power')));
    });
  }

  ended(): Promise<void> {
    return this.#ended;
  }

  setPeers(peers: readonly Peer[]): void {
    const before = this.#peers;
    this.#peers = new Map(peers.map((peer) => [peer.id, peer]));
    for (const id of this.connected()) {
      const [was, is] = [before.get(id)?.address, this.#peers.get(id)?.address];
      if (is === undefined || (was !== undefined && was !== is)) this.disconnect(id);
    }
  }

  admits(node: NodeId): boolean {
    return this.#peers.has(node);
  }

  broadcast(bytes: Uint8Array): void {
    this.#seen.add(nameOf(bytes));
    this.#flood(bytes, undefined);
  }

  async request(to: NodeId, bytes: Uint8Array): Promise<Uint8Array> {
    const network = this.#network;
    const answer = new Promise<Uint8Array>((resolve) => {
      network.sendOver(this.id, to, (other) => {
        other.handlers?.onRequest(this.id, bytes).then(
          (answered) => network.sendOver(to, this.id, () => resolve(answered)),
          () => undefined,
        );
      });
    });
    const late = network.clock.sleep(answerTimeoutMs).then(() => undefined);
    const answered = await Promise.race([answer, late]);
    if (answered === undefined) throw new PeerUnreachable(`${to} did not answer`);
    return answered;
  }

  datagram(to: NodeId, bytes: Uint8Array, address?: string): void {
    const place = address ?? this.#peers.get(to)?.address;
    if (place === undefined) return;
    this.#network.send(this, place, (other) => other.takeDatagram(this, to, bytes));
  }

  takeDatagram({ id: from, address }: SimEnd, to: NodeId, bytes: Uint8Array): void {
    if (to !== this.id || !this.admits(from)) return;
    this.overheard.push({ from, kind: 'datagram', bytes });
    this.handlers?.onDatagram(from, bytes, address);
  }

  takeBroadcast(from: NodeId, bytes: Uint8Array): void {
    if (!this.admits(from) || this.#seen.has(nameOf(bytes))) return;
    this.#seen.add(nameOf(bytes));
    if (this.handlers?.onBroadcast(from, bytes) !== 'accept') return;
    this.overheard.push({ from, kind: 'broadcast', bytes });
    this.#flood(bytes, from);
  }

  connected(): readonly NodeId[] {
    return this.#network.peersOf(this.id);
  }

  async connect(to: NodeId): Promise<void> {
    const network = this.#network;
    const both = (): boolean => network.passes(this.id, to) && network.passes(to, this.id);
    await network.clock.sleep(3 * network.weather.mostDelayMs);
    const other = network.whoIsAt(this.#peers.get(to)?.address ?? '');
    const open = both() && other?.id === to && !network.isPaused(to) && !network.isPaused(this.id);
    if (open && other.admits(this.id) && this.admits(to) && network.at(this.id) === this) {
      network.connect(this.id, to);
      return;
    }
    await network.clock.sleep(answerTimeoutMs);
    throw new PeerUnreachable(`${to} cannot be reached`);
  }

  disconnect(from: NodeId): void {
    this.#network.disconnect(this.id, from);
  }

  #flood(bytes: Uint8Array, from: NodeId | undefined): void {
    const { random, weather } = this.#network;
    for (const peer of this.connected()) {
      // The connection loses nothing, and yet a broadcast may get lost: a mesh is not always whole.
      if (peer === from || random.next() < weather.loss) continue;
      this.#network.sendOver(this.id, peer, (other) => other.takeBroadcast(this.id, bytes));
    }
  }
}

/** Its signature: no two broadcasts share one. */
function nameOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.subarray(0, 64)).toString('latin1');
}
