import { createPublicKey, type KeyObject, X509Certificate } from 'node:crypto';

/** An Ed25519 or X25519 public key from its 32 raw bytes in base64url. Throws for what is no such key. */
export function publicKeyOf(curve: 'Ed25519' | 'X25519', raw: string): KeyObject {
  return createPublicKey({ key: { kty: 'OKP', crv: curve, x: raw }, format: 'jwk' });
}

/** What records are verified with, from ca.crt: import it once, verify many. */
export function authorityKeyOf(caPem: string): KeyObject {
  return new X509Certificate(caPem).publicKey;
}
