import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';

/** Bytes of an Ed25519 signature. */
export const signatureBytes = 64;

/** Signs with the key of this node. */
export type Sign = (bytes: Uint8Array) => Uint8Array;

/** From the key pair of the node, PKCS #8 in PEM. */
export function signerOf(privateKeyPem: string): Sign {
  const key = createPrivateKey(privateKeyPem);
  return (bytes) => sign(null, bytes, key);
}

/** From the 32 raw bytes of an Ed25519 public key in base64url. Throws for what is no such key. */
export function gossipKeyOf(raw: string): KeyObject {
  return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: raw }, format: 'jwk' });
}

export function isSignedBy(key: KeyObject, bytes: Uint8Array, signature: Uint8Array): boolean {
  return signature.length === signatureBytes && verify(null, bytes, key, signature);
}
