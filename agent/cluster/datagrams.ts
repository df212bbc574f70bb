import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { NodeId } from '../../roles/model/node.ts';

/** Makes datagrams that only one other node can read, and reads those of others; see `agent/admission`. */
export interface DatagramSeal {
  /** Undefined for a node that there is no key for. */
  seal(to: NodeId, payload: Uint8Array): Uint8Array | undefined;
  /** Undefined for what no admitted node made for this one, or made before. */
  open(datagram: Uint8Array): { readonly from: NodeId; readonly payload: Uint8Array } | undefined;
}

export interface DatagramParts {
  readonly seal: DatagramSeal;
  /** This node's own. */
  readonly address: string;
  readonly port: number;
  /** Of all machines of this one's network: a datagram to it is heard too. Undefined where there is none. */
  readonly everyone: string | undefined;
  /** Nothing can be heard there: this node is found only where it is known to be. */
  readonly onDeaf: (error: unknown) => void;
  /** Where a node is now. */
  readonly placeOf: (node: NodeId) => { readonly address: string; readonly port: number } | undefined;
  readonly onDatagram: (from: NodeId, payload: Uint8Array, address: string) => void;
}

/** Sealed datagrams over UDP. */
export class Datagrams {
  readonly #parts: DatagramParts;
  readonly #socket = makeSocket();
  /** What is sent to everyone does not reach a socket with an address of its own. */
  #everyone: Socket | undefined;

  constructor(parts: DatagramParts) {
    this.#parts = parts;
  }

  /** Rejects where the port is taken or the address is not this machine's. */
  async open(): Promise<void> {
    const { address, everyone } = this.#parts;
    await this.#listen(this.#socket, address);
    if (everyone === undefined) return;
    this.#socket.setBroadcast(true);
    await this.#listenToEveryone(everyone);
  }

  /** To an address that is given, or to where the node is known to be. */
  send(to: NodeId, payload: Uint8Array, address?: string): void {
    const place = this.#parts.placeOf(to);
    const sealed = this.#parts.seal.seal(to, payload);
    if (place === undefined || sealed === undefined) return;
    // What cannot be sent is lost, as it might have been on its way.
    this.#socket.send(sealed, place.port, address ?? place.address, () => undefined);
  }

  async close(): Promise<void> {
    await Promise.all([this.#socket, this.#everyone].map(async (socket) => closed(socket)));
  }

  async #listen(socket: Socket, address: string): Promise<void> {
    const { port, seal, onDatagram } = this.#parts;
    // Listened for first: without a look-up to wait for, `bind` is done when it returns.
    const listening = once(socket, 'listening');
    socket.bind(port, address);
    await listening;
    // A refusal by a host where nobody listens: its silence says the same.
    socket.on('error', () => undefined);
    socket.on('message', (datagram, { address: source }) => {
      const opened = seal.open(datagram);
      if (opened !== undefined) onDatagram(opened.from, opened.payload, source);
    });
  }

  /** Most never need it, so that a machine which refuses it works on. */
  async #listenToEveryone(address: string): Promise<void> {
    const socket = makeSocket();
    try {
      await this.#listen(socket, address);
      this.#everyone = socket;
    } catch (error) {
      await closed(socket);
      this.#parts.onDeaf(error);
    }
  }
}

function makeSocket(): Socket {
  // Addresses need no looking up, and it would be a third of what a datagram costs.
  return createSocket({ type: 'udp4', lookup: (address, _, done) => done(null, address, 4) });
}

async function closed(socket: Socket | undefined): Promise<void> {
  if (socket === undefined) return;
  const end = once(socket, 'close');
  socket.close();
  await end;
}
