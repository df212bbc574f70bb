import type { gossipsub, TopicValidatorResult } from '@chainsafe/libp2p-gossipsub';
import type { privateKeyFromRaw, publicKeyFromRaw } from '@libp2p/crypto/keys';
import type { identify } from '@libp2p/identify';
import type { noise } from '@libp2p/noise';
import type { peerIdFromPublicKey } from '@libp2p/peer-id';
import type { ping } from '@libp2p/ping';
import type { preSharedKey } from '@libp2p/pnet';
import type { tcp } from '@libp2p/tcp';
import type { lpStream } from '@libp2p/utils';
import type { yamux } from '@libp2p/yamux';
import type { multiaddr } from '@multiformats/multiaddr';
import type { createLibp2p } from 'libp2p';

/**
 * Node cuts small buffers from blocks of 64 KiB, and a name or a key of 32 bytes that is kept keeps its whole block:
 * libp2p keeps many.
 */
const blockBytes = 4 * 1024;

/** Loads libp2p when it is needed: half a second and 20 MB that nobody pays for who only asks for help. */
export async function loadLibp2p(): Promise<Libp2pModules> {
  Buffer.poolSize = blockBytes;
  const [core, tcp, noise, yamux, identify, ping, pnet, gossipsub, keys, peerId, utils, multiaddr] =
    await Promise.all([
      import('libp2p'),
      import('@libp2p/tcp'),
      import('@libp2p/noise'),
      import('@libp2p/yamux'),
      import('@libp2p/identify'),
      import('@libp2p/ping'),
      import('@libp2p/pnet'),
      import('@chainsafe/libp2p-gossipsub'),
      import('@libp2p/crypto/keys'),
      import('@libp2p/peer-id'),
      import('@libp2p/utils'),
      import('@multiformats/multiaddr'),
    ]);
  return {
    createLibp2p: core.createLibp2p,
    tcp: tcp.tcp,
    noise: noise.noise,
    yamux: yamux.yamux,
    identify: identify.identify,
    ping: ping.ping,
    preSharedKey: pnet.preSharedKey,
    gossipsub: gossipsub.gossipsub,
    TopicValidatorResult: gossipsub.TopicValidatorResult,
    privateKeyFromRaw: keys.privateKeyFromRaw,
    publicKeyFromRaw: keys.publicKeyFromRaw,
    peerIdFromPublicKey: peerId.peerIdFromPublicKey,
    lpStream: utils.lpStream,
    multiaddr: multiaddr.multiaddr,
  };
}

/** What is used of libp2p. */
export interface Libp2pModules {
  readonly createLibp2p: typeof createLibp2p;
  readonly tcp: typeof tcp;
  readonly noise: typeof noise;
  readonly yamux: typeof yamux;
  readonly identify: typeof identify;
  readonly ping: typeof ping;
  readonly preSharedKey: typeof preSharedKey;
  readonly gossipsub: typeof gossipsub;
  readonly TopicValidatorResult: typeof TopicValidatorResult;
  readonly privateKeyFromRaw: typeof privateKeyFromRaw;
  readonly publicKeyFromRaw: typeof publicKeyFromRaw;
  readonly peerIdFromPublicKey: typeof peerIdFromPublicKey;
  readonly lpStream: typeof lpStream;
  readonly multiaddr: typeof multiaddr;
}
