import { createPrivateKey, createSecretKey, diffieHellman, hkdfSync, type KeyObject } from 'node:crypto';
import type { NodeId } from '../../roles/model/node.ts';
import { publicKeyOf } from './keys.ts';

export interface PairInput {
  readonly cluster: { readonly id: string; readonly generation: number };
  readonly self: NodeId;
  /** This node's X25519 key, PKCS #8 in PEM. */
  readonly privateKeyPem: string;
  readonly peer: NodeId;
  /** The peer's X25519 key as its admission record has it. */
  readonly peerKey: string;
}

/** The keys of two nodes for each other, AES-256: one for each direction, so that no word is its own echo. */
export interface PairKeys {
  readonly sending: KeyObject;
  readonly receiving: KeyObject;
}

const keyBytes = 32;

/**
 * Derives what only these two nodes can derive: HKDF-SHA256 over their X25519 secret, with the cluster, its generation
 * and both ids. About 0.1 ms, so do it once for each peer. Throws for a key that gives no secret (a point of low
 * order); admission lets none in.
 */
export function pairKeys(input: PairInput): PairKeys {
  const { cluster, self, peer } = input;
  const secret = sharedSecret(createPrivateKey(input.privateKeyPem), input.peerKey);
  const [low, high] = self < peer ? [self, peer] : [peer, self];
  const info = `muster-datagram ${cluster.generation} ${low} ${high}`;
  const derived = Buffer.from(hkdfSync('sha256', secret, cluster.id, info, 2 * keyBytes));
  const fromLow = createSecretKey(derived.subarray(0, keyBytes));
  const fromHigh = createSecretKey(derived.subarray(keyBytes));
  return self === low ? { sending: fromLow, receiving: fromHigh } : { sending: fromHigh, receiving: fromLow };
}

/** The secret that an X25519 key shares with a public one of 32 raw bytes in base64url. */
export function sharedSecret(privateKey: KeyObject, publicKey: string): Buffer {
  return diffieHellman({ privateKey, publicKey: publicKeyOf('X25519', publicKey) });
}
