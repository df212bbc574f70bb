import { MusterError } from '../../roles/model/errors.ts';

const otherToken = 'muster token create, on a node of the cluster, and paste its whole line';

/** The token does not let this machine in. */
export function tokenRefused(what: string, why: string): MusterError {
  return new MusterError('token-refused', { what, why, next: otherToken });
}

/** The machine may not be taken as it asks to be. */
export function nodeRefused(what: string, why: string, next: string, cause?: unknown): MusterError {
  return new MusterError('node-refused', { what, why, next, cause });
}
