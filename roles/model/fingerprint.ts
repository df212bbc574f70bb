import { createHash } from 'node:crypto';

/** SHA-256 of a text, hexadecimal. The one hash of the house; a pure function of its argument. */
export function sha256(text: string | Uint8Array): string {
  return createHash('sha256').update(text).digest('hex');
}

/** A short name for a piece of data: equal data, equal fingerprint. 64 bits tell a few thousand apart. */
export function fingerprint(data: unknown): string {
  return sha256(JSON.stringify(data)).slice(0, 16);
}
