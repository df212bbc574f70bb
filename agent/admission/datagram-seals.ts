import type { NodeId } from '../../roles/model/node.ts';
import { DatagramChannel, senderOf } from './datagram.ts';
import { type PairInput, pairKeys } from './pairwise.ts';

export interface SealsInput extends Pick<PairInput, 'cluster' | 'self' | 'privateKeyPem'> {
  /** This life of the agent; see `DatagramChannel`. */
  readonly epoch: number;
  /** The latest epoch heard of a node before this life; 0 for none. */
  readonly heardEpoch: (node: NodeId) => number;
}

/** An admitted node, with the X25519 key of its verified record. */
export interface SealPeer {
  readonly id: NodeId;
  readonly datagramKey: string;
}

/** Seals and opens the datagrams of this node with all others. */
export class DatagramSeals {
  readonly #input: SealsInput;
  readonly #channels = new Map<NodeId, { readonly datagramKey: string; readonly channel: DatagramChannel }>();

  constructor(input: SealsInput) {
    this.#input = input;
  }

  /** Who may speak from now on; a node whose key is as it was keeps its channel, and so its place in the order. */
  setPeers(peers: readonly SealPeer[]): void {
    const wanted = new Map(peers.map(({ id, datagramKey }) => [id, datagramKey]));
    wanted.delete(this.#input.self);
    for (const [id, { datagramKey }] of this.#channels) {
      if (wanted.get(id) !== datagramKey) this.#channels.delete(id);
    }
    for (const [id, datagramKey] of wanted) {
      if (!this.#channels.has(id))
        this.#channels.set(id, { datagramKey, channel: this.#open(id, datagramKey) });
    }
  }

  /** Undefined for a node that there is no key for. */
  seal(to: NodeId, payload: Uint8Array): Uint8Array | undefined {
    return this.#channels.get(to)?.channel.seal(payload);
  }

  /** Undefined for what no admitted node made for this one, or made before, or was opened before. */
  open(datagram: Uint8Array): { readonly from: NodeId; readonly payload: Uint8Array } | undefined {
    const from = senderOf(datagram);
    const opened = from === undefined ? undefined : this.#channels.get(from)?.channel.open(datagram);
    if (from === undefined || opened === undefined || typeof opened === 'string') return undefined;
    return { from, payload: opened.payload };
  }

  #open(peer: NodeId, peerKey: string): DatagramChannel {
    const { self, epoch, heardEpoch } = this.#input;
    const keys = pairKeys({ ...this.#input, peer, peerKey });
    return new DatagramChannel({ self, keys, epoch, heardEpoch: heardEpoch(peer) });
  }
}
