import { datagramOverheadBytes } from '../../../agent/admission/datagram.ts';
import type { TransportWatch } from '../../support/watched-transport.ts';

/** Ethernet, IPv4 and UDP around a sealed datagram. */
const datagramHeadersBytes = 14 + 20 + 8 + datagramOverheadBytes;
/**
 * What a broadcast costs a node: so many copies of it sent, each with so much around it. Measured on gossipsub with these
 * settings, see `gossip.ts` beside this.
 */
const broadcastModel = { copies: 2.8, aroundBytes: 110 } as const;
/** One message of a request: its stream's opening and end, yamux, noise and TCP around it. */
const requestAroundBytes = 400;

/** Counts what all nodes of a simulated cluster send. */
export class Traffic implements TransportWatch {
  datagramBytes = 0;
  requestBytes = 0;
  /** Each is said once here and passed on by everyone. */
  broadcastBytes = 0;
  broadcasts = 0;

  said({ length }: Uint8Array): void {
    this.broadcasts += 1;
    this.broadcastBytes += broadcastModel.copies * (length + broadcastModel.aroundBytes);
  }

  sent(_to: string, { length }: Uint8Array): void {
    this.datagramBytes += length + datagramHeadersBytes;
  }

  exchanged({ length }: Uint8Array): void {
    this.requestBytes += length + requestAroundBytes;
  }

  /** Of one of so many nodes. */
  bytesOfOne(nodes: number): number {
    return (this.datagramBytes + this.requestBytes) / nodes + this.broadcastBytes;
  }

  reset(): void {
    this.datagramBytes = 0;
    this.requestBytes = 0;
    this.broadcastBytes = 0;
    this.broadcasts = 0;
  }

  before(): { refused: number; buried: ReadonlySet<string> } {
    return nothing;
  }

  took(): void {}

  felt(): void {}

  step(): void {}
}

const nothing = { refused: 0, buried: new Set<string>() };
