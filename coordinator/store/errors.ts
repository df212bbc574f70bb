import { MusterError } from '../../roles/model/errors.ts';

/**
 * The store cannot answer now. A transaction that ended so may have been carried out all the same: read again before
 * deciding again.
 */
export function storeUnreachable(why: string, cause?: unknown): MusterError {
  const next = 'systemctl status muster-etcd, or muster doctor';
  return new MusterError('store-unreachable', { what: silence, why, next, cause });
}

/** The same on a node that does not keep the store itself: `voters` are those who do, by name, and did not answer. */
export function votersUnreachable(voters: readonly string[], why: string): MusterError {
  const next = voters.length === 0 ? 'muster status' : `on ${voters.join(' or ')}: systemctl status muster`;
  const known = why === '' ? 'nobody is known who keeps it' : why;
  return new MusterError('store-unreachable', { what: silence, why: known, next });
}

const silence = 'the store of decisions does not answer';

/** A transaction was to bind its keys to a lease that is over. Nothing was changed. */
export function leaseGone(lease: string): MusterError {
  return new MusterError('not-found', {
    what: `the lease ${lease} is over`,
    why: 'it was not renewed in time, or revoked',
    next: 'muster status',
  });
}

/** The transaction is not one the store takes, such as one that touches a key twice. Nothing was changed. */
export function transactionRefused(why: string): MusterError {
  return new MusterError('bug', {
    what: 'a transaction was refused by the store of decisions',
    why,
    next: 'muster events, and please report what they say',
  });
}
