import { createPrivateKey, hash } from 'node:crypto';
import type { GossipSub } from '@chainsafe/libp2p-gossipsub';
import type { ConnectionGater, PrivateKey } from '@libp2p/interface';
import type { Libp2p } from 'libp2p';
import { mostBroadcastBytes } from '../messages.ts';
import type { Libp2pModules } from './modules.ts';
import type { PeerNames } from './peer-names.ts';

/** The one topic of a cluster; nobody hears anything on another. */
export const topic = 'muster/1';

export interface NodeParts {
  /** The node's Ed25519 key, PKCS #8 in PEM. */
  readonly privateKeyPem: string;
  readonly address: string;
  readonly port: number;
  /** The cluster's network key, 32 bytes: an outer fence, the same on every node. */
  readonly networkKey: Uint8Array;
}

export type GossipNode = Libp2p<{ pubsub: GossipSub }>;

/**
 * Frozen peers are disconnected when they get unreachable; this is for links that only libp2p finds dead. Each costs a
 * stream of its own, a kilobyte and 5 ms on either side.
 */
const pingMs = 120_000;
/** A dial within one network takes milliseconds; a wrong network key ends by this. */
const dialTimeoutMs = 4_000;
/** Connections a second from one address: every node of a large cluster behind one address, started at once. */
const inboundPerSecond = 20;
/** Handshakes under way. */
const pendingHandshakes = 100;
/** What a neighbour that reads nothing may hold up: sixteen of the largest messages. */
const mostOutboundBytes = 16 * mostBroadcastBytes;

/** A libp2p node that talks with admitted nodes only, over connections that we ask for. Not started yet. */
export async function createNode(
  modules: Libp2pModules,
  names: PeerNames,
  parts: NodeParts,
): Promise<GossipNode> {
  const { tcp, noise, yamux, identify, ping, preSharedKey } = modules;
  const listen = [`/ip4/${parts.address}/tcp/${parts.port}`];
  return modules.createLibp2p({
    start: false,
    privateKey: privateKeyOf(modules, parts.privateKeyPem),
    nodeInfo: { userAgent: 'muster' },
    // Of all interfaces only the node's own address is told to others.
    addresses: { listen, announce: listen },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    // Its own pings would close nothing.
    streamMuxers: [yamux({ enableKeepAlive: false })],
    connectionProtector: preSharedKey({ psk: preSharedText(parts.networkKey) }),
    connectionGater: gater(names),
    connectionManager: {
      // Redialled by the overlay alone: libp2p gives up after a while, and never redials whom it never reached.
      reconnectRetries: 0,
      dialTimeout: dialTimeoutMs,
      addressDialTimeout: dialTimeoutMs,
      inboundUpgradeTimeout: dialTimeoutMs,
      inboundConnectionThreshold: inboundPerSecond,
      maxIncomingPendingConnections: pendingHandshakes,
    },
    connectionMonitor: { pingInterval: pingMs },
    services: { identify: identify(), ping: ping(), pubsub: pubsub(modules) },
  });
}

/** Settings as measured: a few copies of each message, no flood, duplicates known before they are parsed. */
function pubsub({ gossipsub }: Libp2pModules): ReturnType<Libp2pModules['gossipsub']> {
  return gossipsub({
    // Our envelopes are signed, and facts stay signed when they are passed on; a second signature would cost 2 ms.
    globalSignaturePolicy: 'StrictNoSign',
    fallbackToFloodsub: false,
    allowPublishToZeroTopicPeers: true,
    allowedTopics: [topic],
    D: 4,
    Dlo: 3,
    Dhi: 6,
    Dscore: 2,
    Dout: 1,
    // What a broken link of the mesh withheld is exchanged once heartbeats differ: few need to hear of each message again.
    Dlazy: 2,
    floodPublish: false,
    fastMsgIdFn: ({ data }) => hash('sha256', data ?? new Uint8Array(), 'base64'),
    maxOutboundBufferSize: mostOutboundBytes,
    scoreParams: {
      // Ten nodes behind one address, or on one machine, are no attack here: each is admitted by its key.
      IPColocationFactorWeight: 0,
      topics: { [topic]: badMessagesCost },
    },
  });
}

/** Nothing is expected of a quiet neighbour, and a dozen messages that are forged or garbage end the friendship. */
const badMessagesCost = {
  topicWeight: 1,
  timeInMeshWeight: 0,
  timeInMeshQuantum: 1,
  timeInMeshCap: 1,
  firstMessageDeliveriesWeight: 0,
  firstMessageDeliveriesDecay: 0.5,
  firstMessageDeliveriesCap: 1,
  meshMessageDeliveriesWeight: 0,
  meshMessageDeliveriesDecay: 0.5,
  meshMessageDeliveriesCap: 1,
  meshMessageDeliveriesThreshold: 1,
  meshMessageDeliveriesWindow: 10,
  meshMessageDeliveriesActivation: 5_000,
  meshFailurePenaltyWeight: 0,
  meshFailurePenaltyDecay: 0.5,
  invalidMessageDeliveriesWeight: -1,
  invalidMessageDeliveriesDecay: 0.9,
};

/** Strangers get no further than the handshake in which they say who they are. */
function gater(names: PeerNames): ConnectionGater {
  return {
    denyDialPeer: (peer) => names.node(peer) === undefined,
    denyInboundEncryptedConnection: (peer) => names.node(peer) === undefined,
    denyOutboundEncryptedConnection: (peer) => names.node(peer) === undefined,
    // libp2p's own default refuses private addresses in browsers only, and has no say here.
    denyDialMultiaddr: () => false,
  };
}

/** Ed25519 as libp2p wants it: the seed, then the public key. */
function privateKeyOf({ privateKeyFromRaw }: Libp2pModules, pem: string): PrivateKey {
  const { d = '', x = '' } = createPrivateKey(pem).export({ format: 'jwk' });
  return privateKeyFromRaw(Buffer.concat([Buffer.from(d, 'base64url'), Buffer.from(x, 'base64url')]));
}

function preSharedText(key: Uint8Array): Uint8Array {
  return Buffer.from(`/key/swarm/psk/1.0.0/\n/base16/\n${Buffer.from(key).toString('hex')}`);
}
