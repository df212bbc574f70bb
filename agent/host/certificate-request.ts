import 'reflect-metadata';
import { createPrivateKey, createPublicKey } from 'node:crypto';
import * as x509 from '@peculiar/x509';

const keyKind = { name: 'ECDSA', namedCurve: 'P-256' } as const;

/**
 * What an authority is asked to sign (PKCS #10, DER), for a P-256 key in PEM. The names stand where browsers look; a
 * common name would have room for 64 characters.
 */
export async function certificateRequest(
  domains: readonly string[],
  privateKeyPem: string,
): Promise<Uint8Array> {
  const privateKey = createPrivateKey(privateKeyPem);
  const request = await x509.Pkcs10CertificateRequestGenerator.create({
    keys: {
      privateKey: privateKey.toCryptoKey(keyKind, true, ['sign']),
      publicKey: createPublicKey(privateKey).toCryptoKey(keyKind, true, ['verify']),
    },
    signingAlgorithm: { name: 'ECDSA', hash: 'SHA-256' },
    extensions: [new x509.SubjectAlternativeNameExtension(domains.map((value) => ({ type: 'dns', value })))],
  });
  return new Uint8Array(request.rawData);
}
