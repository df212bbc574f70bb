import type { Peer, Reception, Transport, TransportHandlers } from '../../agent/cluster/transport.ts';
import type { NodeId } from '../../roles/model/node.ts';

/** What a node knew and had refused before something came. */
export interface Before {
  readonly refused: number;
  readonly buried: ReadonlySet<NodeId>;
}

/** Sees all that a node says and takes, and looks at the node after each of it. */
export interface TransportWatch {
  said(bytes: Uint8Array): void;
  sent(to: NodeId, bytes: Uint8Array): void;
  before(): Before;
  /** A broadcast was listened to. */
  took(bytes: Uint8Array, before: Before): void;
  /** A datagram came, and was taken for a fresh sign of life unless the node has refused one more since. */
  felt(from: NodeId, bytes: Uint8Array, before: Before): void;
  /** Something has happened at the node. */
  step(): void;
  /** A request or an answer of the node's own, for whoever counts bytes. */
  exchanged?(bytes: Uint8Array): void;
}

/** A transport with somebody beside it who sees everything and changes nothing. */
export class WatchedTransport implements Transport {
  readonly #inner: Transport;
  readonly #watch: TransportWatch;

  constructor(inner: Transport, watch: TransportWatch) {
    this.#inner = inner;
    this.#watch = watch;
  }

  get everyone(): string | undefined {
    return this.#inner.everyone;
  }

  start(handlers: TransportHandlers, signal: AbortSignal): Promise<void> {
    return this.#inner.start(watched(handlers, this.#watch), signal);
  }

  ended(): Promise<void> {
    return this.#inner.ended();
  }

  setPeers(peers: readonly Peer[]): void {
    this.#inner.setPeers(peers);
  }

  broadcast(bytes: Uint8Array): void {
    this.#watch.said(bytes);
    this.#inner.broadcast(bytes);
  }

  request(to: NodeId, bytes: Uint8Array): Promise<Uint8Array> {
    this.#watch.exchanged?.(bytes);
    return this.#inner.request(to, bytes);
  }

  datagram(to: NodeId, bytes: Uint8Array, address?: string): void {
    this.#watch.sent(to, bytes);
    this.#inner.datagram(to, bytes, address);
  }

  connected(): readonly NodeId[] {
    return this.#inner.connected();
  }

  connect(to: NodeId): Promise<void> {
    return this.#inner.connect(to);
  }

  disconnect(from: NodeId): void {
    this.#inner.disconnect(from);
  }
}

function watched(handlers: TransportHandlers, watch: TransportWatch): TransportHandlers {
  return {
    ...handlers,
    onBroadcast: (from, bytes): Reception => {
      const before = watch.before();
      const reception = handlers.onBroadcast(from, bytes);
      if (reception === 'accept') watch.took(bytes, before);
      watch.step();
      return reception;
    },
    onRequest: async (from, bytes) => {
      try {
        const answer = await handlers.onRequest(from, bytes);
        watch.exchanged?.(answer);
        return answer;
      } finally {
        watch.step();
      }
    },
    onDatagram: (from, bytes, address) => {
      const before = watch.before();
      handlers.onDatagram(from, bytes, address);
      watch.felt(from, bytes, before);
      watch.step();
    },
    onConnected: (node) => {
      handlers.onConnected(node);
      watch.step();
    },
  };
}
