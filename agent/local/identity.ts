import {
  createHash,
  createPublicKey,
  generateKeyPairSync,
  type KeyPairKeyObjectResult,
  randomBytes,
} from 'node:crypto';
import type { NodeId } from '../../roles/model/node.ts';
import type { Identity } from './state.ts';

/** RFC 4648 in small letters: fit for host names, and no 0 or 1 to misread. */
const alphabet = 'abcdefghijklmnopqrstuvwxyz234567';
/** 60 bits: a chance of 10⁻⁹ that two of fifty thousand share a name. */
const nameCharacters = 12;

/** A new node: its key pairs and the id that follows from the first. */
export function createIdentity(): Identity {
  const own = pemOf(generateKeyPairSync('ed25519'));
  const datagram = pemOf(generateKeyPairSync('x25519'));
  return {
    nodeId: nodeIdOf(own.publicPem),
    privateKeyPem: own.privatePem,
    publicKeyPem: own.publicPem,
    datagramPrivateKeyPem: datagram.privatePem,
    datagramPublicKeyPem: datagram.publicPem,
  };
}

function pemOf({ privateKey, publicKey }: KeyPairKeyObjectResult): { privatePem: string; publicPem: string } {
  return {
    privatePem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  };
}

/** The 32 raw bytes of an Ed25519 or X25519 public key, in base64url. */
export function rawPublicKey(publicKeyPem: string): string {
  return createPublicKey(publicKeyPem).export({ format: 'jwk' }).x ?? '';
}

/** The id of whoever holds this key. */
export function nodeIdOf(publicKeyPem: string): NodeId {
  return nodeIdOfRaw(rawPublicKey(publicKeyPem));
}

/** The same from the key's 32 raw bytes in base64url: `n` and the beginning of their hash. */
export function nodeIdOfRaw(publicKey: string): NodeId {
  return `n${nameFrom(Buffer.from(publicKey, 'base64url'))}`;
}

/** The id of a new token. */
export function createTokenId(): string {
  return `t${nameFrom(randomBytes(32))}`;
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
