import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:net';
import type { DatagramSeal } from '../../agent/cluster/datagrams.ts';
import { libp2pTransport } from '../../agent/cluster/libp2p/transport.ts';
import type { Peer, Transport } from '../../agent/cluster/transport.ts';
import type { MusterError } from '../../roles/model/errors.ts';
import { recordOf } from './sketches.ts';

/** A node on loopback with a real transport, its keys and its port. */
export interface LoopbackNode {
  readonly peer: Peer;
  readonly port: number;
  readonly privateKeyPem: string;
  readonly transport: Transport;
}

const networkKey = Buffer.alloc(32, 7);
const loopback = '127.0.0.1';
const everyone = '127.255.255.255';

/** So many nodes, each at a free port; not started, and nobody admitted. */
export async function loopbackNodes(
  count: number,
  onDeaf: (error: MusterError) => void = (error) => {
    throw error;
  },
): Promise<readonly LoopbackNode[]> {
  const keys = Array.from({ length: count }, (_, index) => keyPair(index + 1));
  const ports = new Map<string, number>();
  for (const { peer } of keys) ports.set(peer.id, await freePort());
  const portOf = (node: string): number => ports.get(node) ?? 0;
  return Promise.all(
    keys.map(async ({ peer, privateKeyPem }) => ({
      peer,
      port: portOf(peer.id),
      privateKeyPem,
      transport: await libp2pTransport({
        privateKeyPem,
        address: loopback,
        port: portOf(peer.id),
        networkKey,
        seal: openSeal(peer.id),
        portOf,
        everyone,
        onDeaf,
      }),
    })),
  );
}

function keyPair(ordinal: number): { peer: Peer; privateKeyPem: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const gossipKey = String(publicKey.export({ format: 'jwk' }).x);
  return {
    peer: { id: recordOf(ordinal).id, address: loopback, gossipKey },
    privateKeyPem: String(privateKey.export({ type: 'pkcs8', format: 'pem' })),
  };
}

/** Names the sender and seals nothing: sealing is tested with its own. */
function openSeal(self: string): DatagramSeal {
  return {
    seal: (_, payload) => Buffer.concat([Buffer.from(self), payload]),
    open: (datagram) => ({
      from: Buffer.from(datagram.subarray(0, self.length)).toString(),
      payload: datagram.subarray(self.length),
    }),
  };
}

/** A port that is free for TCP now. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, loopback, () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
