import { generateKeyPairSync } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { memory } from '@libp2p/memory';
import { type Libp2pModules, loadLibp2p } from '../../../agent/cluster/libp2p/modules.ts';
import { createNode, type GossipNode, topic } from '../../../agent/cluster/libp2p/node.ts';
import { PeerNames } from '../../../agent/cluster/libp2p/peer-names.ts';
import type { Peer } from '../../../agent/cluster/transport.ts';
import { seededRandom } from '../../support/seeds.ts';

/** As many as the overlay wants; every dial makes two. */
const dialsOfEach = 3;
/** gossipsub makes its meshes in heartbeats of a second. */
const meshMs = 15_000;
/** As large as a report or a small change of facts. */
const payloadBytes = 300;
const messages = 30;
const betweenMs = 500;

/** What gossipsub does with a message, seen from one node. */
export interface Gossiped {
  /** Copies that a node sends of each message. */
  readonly copies: number;
  /** Arrived of what should have. */
  readonly arrived: number;
  /** From the word to each other node; what one process adds for all of them is in it. */
  readonly delaysMs: readonly number[];
  readonly residentMiB: number;
}

/** libp2p's own part of what is sent; its type hides it. */
interface Sender {
  sendRpc(id: string, rpc: { readonly messages: readonly unknown[] }): boolean;
}

/** So many nodes with the agent's own settings of libp2p and gossipsub in this process, over memory in place of TCP. */
export async function gossip(count: number): Promise<Gossiped> {
  const modules = await loadLibp2p();
  const keys = keysOf(count);
  const nodes: GossipNode[] = [];
  // One after another: each dials some of those before it.
  for (const [index, key] of keys.entries()) nodes.push(await memoryNode(modules, keys, key, index));
  let copies = 0;
  for (const { services } of nodes)
    countCopies(services.pubsub as unknown as Sender, (sent) => (copies += sent));
  const sentAtMs = new Map<string, number>();
  const delaysMs: number[] = [];
  for (const { services } of nodes) {
    services.pubsub.subscribe(topic);
    services.pubsub.addEventListener('message', ({ detail: { data } }) => {
      const atMs = sentAtMs.get(Buffer.from(data).toString('utf8', 0, nameBytes));
      if (atMs !== undefined) delaysMs.push(performance.now() - atMs);
    });
  }
  await pause(meshMs);
  copies = 0;
  for (let index = 0; index < messages; index += 1) {
    const name = String(index).padStart(nameBytes);
    sentAtMs.set(name, performance.now());
    await nodes[(index * 7) % count]?.services.pubsub.publish(topic, Buffer.from(name.padEnd(payloadBytes)));
    await pause(betweenMs);
  }
  await pause(meshMs / 5);
  const residentMiB = process.memoryUsage().rss / 1024 ** 2;
  for (const node of nodes) await node.stop();
  const arrived = delaysMs.length / (messages * (count - 1));
  return { copies: copies / messages / count, arrived, delaysMs, residentMiB };
}

const nameBytes = 8;

function countCopies(pubsub: Sender, onSent: (copies: number) => void): void {
  const send = pubsub.sendRpc.bind(pubsub);
  pubsub.sendRpc = (id, rpc) => {
    onSent(rpc.messages?.length ?? 0);
    return send(id, rpc);
  };
}

interface Key {
  readonly peer: Peer;
  readonly privateKeyPem: string;
}

function keysOf(count: number): readonly Key[] {
  return Array.from({ length: count }, (_, index) => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const gossipKey = String(publicKey.export({ format: 'jwk' }).x);
    const peer = { id: `n${String(index).padStart(12, 'a')}`, address: '127.0.0.1', gossipKey };
    return { peer, privateKeyPem: String(privateKey.export({ type: 'pkcs8', format: 'pem' })) };
  });
}

async function memoryNode(
  modules: Libp2pModules,
  keys: readonly Key[],
  key: Key,
  index: number,
): Promise<GossipNode> {
  const names = new PeerNames(modules);
  names.set(keys.map(({ peer }) => peer));
  const node = await createNode(overMemory(modules, index), names, {
    privateKeyPem: key.privateKeyPem,
    address: '127.0.0.1',
    port: 0,
    networkKey: Buffer.alloc(32, 7),
  });
  await node.start();
  const random = seededRandom(index);
  const drawn = Array.from({ length: dialsOfEach }, () => Math.floor(random.next() * index));
  if (index > 0)
    await Promise.all([...new Set(drawn)].map((other) => node.dial(modules.multiaddr(`/memory/${other}`))));
  return node;
}

/** All above the transport is as it is shipped. */
function overMemory(modules: Libp2pModules, index: number): Libp2pModules {
  return {
    ...modules,
    createLibp2p: async (init) =>
      modules.createLibp2p({ ...init, addresses: { listen: [`/memory/${index}`] }, transports: [memory()] }),
  };
}
