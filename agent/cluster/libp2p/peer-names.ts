import type { PeerId } from '@libp2p/interface';
import type { NodeId } from '../../../roles/model/node.ts';
import type { Peer } from '../transport.ts';
import type { Libp2pModules } from './modules.ts';

/** An admitted node with libp2p's name for it; both follow from its key. */
export interface NamedPeer extends Peer {
  readonly peerId: PeerId;
}

/** Who is admitted, by either name. */
export class PeerNames {
  readonly #modules: Libp2pModules;
  #byNode: ReadonlyMap<NodeId, NamedPeer> = new Map();
  #byPeer: ReadonlyMap<string, NodeId> = new Map();

  constructor(modules: Libp2pModules) {
    this.#modules = modules;
  }

  set(peers: readonly Peer[]): void {
    const named = peers.map((peer): NamedPeer => {
      const { id, address, gossipKey } = peer;
      return { id, address, gossipKey, peerId: this.#peerIdOf(gossipKey) };
    });
    this.#byNode = new Map(named.map((peer) => [peer.id, peer]));
    this.#byPeer = new Map(named.map((peer) => [peer.peerId.toString(), peer.id]));
  }

  /** Undefined for a stranger. */
  peer(node: NodeId): NamedPeer | undefined {
    return this.#byNode.get(node);
  }

  /** Undefined for a stranger. */
  node(peerId: PeerId): NodeId | undefined {
    return this.#byPeer.get(peerId.toString());
  }

  #peerIdOf(gossipKey: string): PeerId {
    const { publicKeyFromRaw, peerIdFromPublicKey } = this.#modules;
    return peerIdFromPublicKey(publicKeyFromRaw(Buffer.from(gossipKey, 'base64url')));
  }
}
