import type { NodeId } from '../../roles/model/node.ts';

/** A node that may speak: admitted, and not removed since. */
export interface Peer {
  readonly id: NodeId;
  /** The IPv4 address it was last known at. */
  readonly address: string;
  /** Its Ed25519 public key: the 32 raw bytes, base64url. */
  readonly gossipKey: string;
}

/** What becomes of a word from the air: passed on, dropped, or dropped and held against whoever passed it here. */
export type Reception = 'accept' | 'ignore' | 'reject';

/** What a transport tells. It vouches for `from`: the node at the other end of a connection, or of a datagram's key. */
export interface TransportHandlers {
  /** `from` passed it on; who wrote it, and whether it is fresh, is for the receiver to find out, at once. */
  onBroadcast(from: NodeId, bytes: Uint8Array): Reception;
  /** The answer; rejects to refuse. */
  onRequest(from: NodeId, bytes: Uint8Array): Promise<Uint8Array>;
  /** Nobody vouches that it is fresh: a stranger may have kept it, and sent it from `address`. */
  onDatagram(from: NodeId, bytes: Uint8Array, address: string): void;
  onConnected(node: NodeId): void;
  /** A hint and no more: a process that dies and a cable that is pulled look alike. */
  onDisconnected(node: NodeId): void;
}

/** The node has no connection, or did not answer in time. Expected at any time; who asked tries again later. */
export class PeerUnreachable extends Error {
  override readonly name = 'PeerUnreachable';
}

/** Carries words between nodes, over connections that the overlay asks for. Never carries any for a stranger. */
export interface Transport {
  /** Resolves once it listens; ends when the signal aborts, see `ended`. */
  start(handlers: TransportHandlers, signal: AbortSignal): Promise<void>;
  /** Resolves when all that was open is closed. */
  ended(): Promise<void>;
  /**
   * Who may speak from now on, in place of those before; whoever is no longer among them, or no longer where it was, is
   * disconnected.
   */
  setPeers(peers: readonly Peer[]): void;
  /** To every node, over several hops; may be lost, doubled and overtaken. */
  broadcast(bytes: Uint8Array): void;
  /** To a connected node; resolves with its answer. Rejects with `PeerUnreachable`. */
  request(to: NodeId, bytes: Uint8Array): Promise<Uint8Array>;
  /** Past the connections, to an address or else to where the node was last known; may be lost, doubled and overtaken. */
  datagram(to: NodeId, bytes: Uint8Array, address?: string): void;
  /** Where a datagram reaches every machine of this one's network; undefined where it has no such address. */
  readonly everyone: string | undefined;
  connected(): readonly NodeId[];
  /** Rejects with `PeerUnreachable`. */
  connect(to: NodeId): Promise<void>;
  disconnect(from: NodeId): void;
}
