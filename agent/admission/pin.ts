import { createHash, X509Certificate } from 'node:crypto';
import { MusterError } from '../../roles/model/errors.ts';
import type { Token } from '../../roles/model/token.ts';

/** The pin of a certificate's public key as curl takes it: `sha256//` and the base64 SHA-256 of its SPKI. */
export function pinOf(certificate: X509Certificate): string {
  const spki = certificate.publicKey.export({ type: 'spki', format: 'der' });
  return `sha256//${createHash('sha256').update(spki).digest('base64')}`;
}

/**
 * To be called when TLS is up and before the first byte is sent: the secret is for the machine that made the token.
 * Throws `pin-mismatch`.
 */
export function requirePinned(token: Pick<Token, 'pin'>, address: string, serverPem: string): void {
  const found = pinOf(new X509Certificate(serverPem));
  if (found === token.pin) return;
  throw new MusterError('pin-mismatch', {
    what: `the machine at ${address} is not the one that made the token`,
    why: `its key has the pin ${found}; the token names ${token.pin}`,
    next: 'muster token create, on a node that serves, and paste its whole line',
  });
}
