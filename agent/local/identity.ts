import { createHash, createPublicKey, generateKeyPairSync, randomBytes } from 'node:crypto';
import type { NodeId } from '../../roles/model/node.ts';
import type { Identity } from './state.ts';

/** RFC 4648 in small letters: fit for host names, and no 0 or 1 to misread. */
const alphabet = 'abcdefghijklmnopqrstuvwxyz234567';
/** 60 bits: a chance of 10⁻⁹ that two of fifty thousand share a name. */
const nameCharacters = 12;

/** A new node: its key pair and the id that follows from it. */
export function createIdentity(): Identity {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519', {
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  return { nodeId: nodeIdOf(publicKey), privateKeyPem: privateKey, publicKeyPem: publicKey };
}

/** The id of whoever holds this key: `n` and the beginning of the hash of its 32 raw bytes. */
export function nodeIdOf(publicKeyPem: string): NodeId {
  const raw = Buffer.from(createPublicKey(publicKeyPem).export({ format: 'jwk' }).x ?? '', 'base64url');
  return `n${nameFrom(raw)}`;
}

/** The id of a new cluster. */
export function createClusterId(): string {
  return `c${nameFrom(randomBytes(32))}`;
}

function nameFrom(bytes: Uint8Array): string {
  return base32(createHash('sha256').update(bytes).digest()).slice(0, nameCharacters);
}

/** Five bits a character, the first bits first; what does not fill a character is left out. */
export function base32(bytes: Uint8Array): string {
  const bits = Array.from(bytes, (byte) => byte.toString(2).padStart(8, '0')).join('');
  const groups = bits.match(/.{5}/g) ?? [];
  return groups.map((group) => alphabet[Number.parseInt(group, 2)]).join('');
}
