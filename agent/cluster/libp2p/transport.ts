import { MusterError, messageOf } from '../../../roles/model/errors.ts';
import type { NodeId } from '../../../roles/model/node.ts';
import { type DatagramSeal, Datagrams } from '../datagrams.ts';
import { type Peer, PeerUnreachable, type Transport, type TransportHandlers } from '../transport.ts';
import { type Libp2pModules, loadLibp2p } from './modules.ts';
import { createNode, type GossipNode, type NodeParts, topic } from './node.ts';
import { PeerNames } from './peer-names.ts';
import { answerStream, ask, requestProtocol } from './requests.ts';

export interface Libp2pTransportParts extends NodeParts {
  readonly seal: DatagramSeal;
  /** Where the others listen, by TCP and UDP, if not at the port of this node. */
  readonly portOf?: (node: NodeId) => number;
  /** The address of all machines of this one's network; undefined where it has none. */
  readonly everyone: string | undefined;
  /** This machine does not let anything be heard there. Told at each start. */
  readonly onDeaf: (error: MusterError) => void;
}

/** How often the connections are compared with gossipsub's own list. */
const watchMs = 5_000;

/** Opens nothing yet; see `start`. */
export async function libp2pTransport(parts: Libp2pTransportParts): Promise<Transport> {
  const modules = await loadLibp2p();
  const names = new PeerNames(modules);
  return new Libp2pTransport(parts, modules, names, await createNode(modules, names, parts));
}

/** The real transport: libp2p's connections with gossipsub on top, and datagrams beside them on the same port. */
class Libp2pTransport implements Transport {
  readonly #parts: Libp2pTransportParts;
  readonly #modules: Libp2pModules;
  readonly #names: PeerNames;
  readonly #node: GossipNode;
  #datagrams: Datagrams | undefined;
  /** Connected nodes that gossipsub has no stream to; twice in a row, and they are disconnected. */
  #deaf: ReadonlySet<NodeId> = new Set();
  #ended: Promise<void> = Promise.resolve();

  constructor(parts: Libp2pTransportParts, modules: Libp2pModules, names: PeerNames, node: GossipNode) {
    this.#parts = parts;
    this.#modules = modules;
    this.#names = names;
    this.#node = node;
  }

  async start(handlers: TransportHandlers, signal: AbortSignal): Promise<void> {
    this.#datagrams = new Datagrams({
      ...this.#parts,
      onDeaf: (error) => this.#parts.onDeaf(deaf(this.#parts, error)),
      placeOf: (node) => this.#placeOf(node),
      onDatagram: (from, payload, source) => handlers.onDatagram(from, payload, source),
    });
    await this.#listen(handlers);
    await this.#open(this.#datagrams);
    this.#node.services.pubsub.subscribe(topic);
    const watch = setInterval(() => this.#watchDeaf(), watchMs);
    this.#ended = new Promise((resolve) => {
      const end = (): void => {
        clearInterval(watch);
        resolve(this.#close());
      };
      // A signal that has aborted meanwhile says so to nobody any more.
      if (signal.aborted) end();
      else signal.addEventListener('abort', end);
    });
  }

  /** Both or neither: whoever tries again finds the port free. */
  async #open(datagrams: Datagrams): Promise<void> {
    const ends = await Promise.allSettled([this.#node.start(), datagrams.open()]);
    const failed = ends.find((end) => end.status === 'rejected');
    if (failed === undefined) return;
    await this.#close();
    const { address, port } = this.#parts;
    throw new MusterError('service-failed', {
      what: `gossip cannot listen on ${address}:${port}: ${firstLine(failed.reason)}`,
      why: "another program holds the port, or the address is not this machine's",
      next: 'ss -lntup',
      cause: failed.reason,
    });
  }

  ended(): Promise<void> {
    return this.#ended;
  }

  setPeers(peers: readonly Peer[]): void {
    const left = new Map(peers.map(({ id, address }) => [id, this.#placeLeft(id, address)]));
    this.#names.set(peers);
    for (const connection of this.#node.getConnections()) {
      const node = this.#names.node(connection.remotePeer);
      const gone = node === undefined ? undefined : left.get(node);
      if (node === undefined) connection.abort(new Error('not admitted'));
      // To where it was: it leads nowhere, and would keep the node from being dialled where it is.
      else if (gone !== undefined && connection.remoteAddr.toString().startsWith(`/ip4/${gone}/`))
        connection.abort(new Error('it is elsewhere now'));
    }
  }

  /** Where a node was, if it is elsewhere now. */
  #placeLeft(node: NodeId, address: string): string | undefined {
    const before = this.#names.peer(node)?.address;
    return before === address ? undefined : before;
  }

  broadcast(bytes: Uint8Array): void {
    // Whoever misses it learns of it from the next exchange.
    this.#node.services.pubsub.publish(topic, bytes).catch(() => undefined);
  }

  async request(to: NodeId, bytes: Uint8Array): Promise<Uint8Array> {
    const peer = this.#names.peer(to);
    const [connection] = peer === undefined ? [] : this.#node.getConnections(peer.peerId);
    if (connection === undefined) throw new PeerUnreachable(`${to} is not connected`);
    return ask(this.#modules, connection, bytes);
  }

  datagram(to: NodeId, bytes: Uint8Array, address?: string): void {
    this.#datagrams?.send(to, bytes, address);
  }

  get everyone(): string | undefined {
    return this.#parts.everyone;
  }

  connected(): readonly NodeId[] {
    // libp2p's own list of peers makes each name anew: a tenth of what a node at rest computes.
    const nodes = this.#node.getConnections().map(({ remotePeer }) => this.#names.node(remotePeer));
    return [...new Set(nodes)].filter((node) => node !== undefined);
  }

  async connect(to: NodeId): Promise<void> {
    const peer = this.#names.peer(to);
    const place = this.#placeOf(to);
    if (peer === undefined || place === undefined) throw new PeerUnreachable(`${to} is not admitted`);
    const { multiaddr } = this.#modules;
    const address = `/ip4/${place.address}/tcp/${place.port}/p2p/${peer.peerId.toString()}`;
    try {
      await this.#node.dial(multiaddr(address));
    } catch (cause) {
      throw new PeerUnreachable(`${to} cannot be reached: ${messageOf(cause)}`, { cause });
    }
  }

  disconnect(from: NodeId): void {
    const peer = this.#names.peer(from);
    if (peer === undefined) return;
    // At once: a peer that answers nothing would not take part in a polite close either.
    for (const connection of this.#node.getConnections(peer.peerId)) connection.abort(new Error('let go'));
  }

  #placeOf(node: NodeId): { address: string; port: number } | undefined {
    const peer = this.#names.peer(node);
    if (peer === undefined) return undefined;
    return { address: peer.address, port: this.#parts.portOf?.(node) ?? this.#parts.port };
  }

  async #listen(handlers: TransportHandlers): Promise<void> {
    const { TopicValidatorResult } = this.#modules;
    const receptions = {
      accept: TopicValidatorResult.Accept,
      ignore: TopicValidatorResult.Ignore,
      reject: TopicValidatorResult.Reject,
    };
    const { pubsub } = this.#node.services;
    pubsub.topicValidators.set(topic, (peer, message) => {
      const from = this.#names.node(peer);
      return from === undefined ? receptions.ignore : receptions[handlers.onBroadcast(from, message.data)];
    });
    this.#node.addEventListener('peer:connect', ({ detail }) => {
      const node = this.#names.node(detail);
      if (node !== undefined) handlers.onConnected(node);
    });
    this.#node.addEventListener('peer:disconnect', ({ detail }) => {
      const node = this.#names.node(detail);
      if (node !== undefined) handlers.onDisconnected(node);
    });
    await this.#node.handle(requestProtocol, async (stream, { remotePeer }) => {
      const from = this.#names.node(remotePeer);
      if (from === undefined) stream.abort(new Error('not admitted'));
      else await answerStream(this.#modules, stream, (bytes) => handlers.onRequest(from, bytes));
    });
  }

  /** gossipsub opens its stream to a peer once and never again; a fresh connection gives it another try. */
  #watchDeaf(): void {
    const subscribers = new Set(
      this.#node.services.pubsub.getSubscribers(topic).map((peer) => this.#names.node(peer)),
    );
    const deaf = this.connected().filter((node) => !subscribers.has(node));
    for (const node of deaf) if (this.#deaf.has(node)) this.disconnect(node);
    this.#deaf = new Set(deaf);
  }

  async #close(): Promise<void> {
    await Promise.all([this.#datagrams?.close(), this.#node.stop()]);
  }
}

function deaf({ everyone, port }: Libp2pTransportParts, cause: unknown): MusterError {
  return new MusterError('service-failed', {
    what: `nothing can be heard on ${String(everyone)}:${port}: ${firstLine(cause)}`,
    why: 'another program holds the port there, or this machine takes no broadcasts; only if every machine gets a new address at once are they needed',
    next: 'ss -lnup',
    cause,
  });
}

/** libp2p tells all that it tried, a stack each. */
function firstLine(error: unknown): string {
  return messageOf(error).split('\n')[0] ?? '';
}
