import { networkInterfaces } from 'node:os';
import type { MusterError } from '../../roles/model/errors.ts';
import { listen } from '../../roles/model/listen.ts';
import { DatagramSeals, type SealsInput } from '../admission/datagram-seals.ts';
import { libp2pTransport } from '../cluster/libp2p/transport.ts';
import type { PeerBook } from '../cluster/peer-book.ts';
import type { Transport } from '../cluster/transport.ts';
import { everyoneNear, interfacesOf } from '../hardware/interfaces.ts';
import type { Identity } from '../local/state.ts';

export interface SealedTransportParts extends Pick<SealsInput, 'cluster' | 'self' | 'epoch'> {
  readonly keys: Pick<Identity, 'privateKeyPem' | 'datagramPrivateKeyPem'>;
  readonly book: PeerBook;
  readonly address: string;
  /** Hexadecimal. */
  readonly networkKey: string;
  readonly onDeaf: (error: MusterError) => void;
}

/** A node's way to the others, in one of its lives, and the seals on its datagrams, which have to be told its peers. */
export async function sealedTransport(
  parts: SealedTransportParts,
): Promise<{ readonly transport: Transport; readonly seals: DatagramSeals }> {
  const { cluster, self, epoch, keys, book, address, networkKey, onDeaf } = parts;
  const seals = new DatagramSeals({
    cluster,
    self,
    privateKeyPem: keys.datagramPrivateKeyPem,
    epoch,
    heardEpoch: (node) => book.epoch(node),
  });
  const transport = await libp2pTransport({
    privateKeyPem: keys.privateKeyPem,
    address,
    port: listen.gossip,
    networkKey: Buffer.from(networkKey, 'hex'),
    seal: seals,
    everyone: everyoneNear(address, interfacesOf(networkInterfaces())),
    onDeaf,
  });
  return { transport, seals };
}
