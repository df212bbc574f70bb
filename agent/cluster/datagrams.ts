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
  /** Where a node is now. */
  readonly placeOf: (node: NodeId) => { readonly address: string; readonly port: number } | undefined;
  readonly onDatagram: (from: NodeId, payload: Uint8Array, address: string) => void;
}

/** Sealed datagrams over UDP. */
export class Datagrams {
  readonly #parts: DatagramParts;
  readonly #socket: Socket;

  constructor(parts: DatagramParts) {
    this.#parts = parts;
    // Addresses need no looking up, and it would be a third of what a datagram costs.
    this.#socket = createSocket({ type: 'udp4', lookup: (address, _, done) => done(null, address, 4) });
  }

  /** Rejects where the port is taken or the address is not this machine's. */
  async open(): Promise<void> {
    const { address, port, seal, onDatagram } = this.#parts;
    const socket = this.#socket;
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

  send(to: NodeId, payload: Uint8Array): void {
    const place = this.#parts.placeOf(to);
    const sealed = this.#parts.seal.seal(to, payload);
    if (place === undefined || sealed === undefined) return;
    // What cannot be sent is lost, as it might have been on its way.
    this.#socket.send(sealed, place.port, place.address, () => undefined);
  }

  async close(): Promise<void> {
    const closed = once(this.#socket, 'close');
    this.#socket.close();
    await closed;
  }
}
