import type { Cluster, DecisionSet } from '../../coordinator/store/codec.ts';
import { kindOf } from '../../coordinator/store/keys.ts';
import { MusterError } from '../../roles/model/errors.ts';

/** Which cluster the decisions speak of. Throws `state-unreadable` where they do not say. */
export function requireCluster({ cluster, malformed }: DecisionSet): Cluster {
  if (cluster !== undefined) return cluster;
  throw unreadable('cluster', malformed.find(({ key }) => kindOf(key).kind === 'cluster')?.why);
}

/**
 * Throws `state-unreadable` for an entry that cannot be read and on which admission may hang: it may hold an ordinal
 * or an address, or be the end of the very node that asks.
 */
export function refuseUnreadable({ malformed }: DecisionSet): void {
  const unread = malformed.find(({ key }) => ['node', 'tombstone', 'token'].includes(kindOf(key).kind));
  if (unread !== undefined) throw unreadable(unread.key, unread.why);
}

function unreadable(key: string, why = 'it is not there'): MusterError {
  return new MusterError('state-unreadable', {
    what: `the decision ${key} cannot be read`,
    why,
    next: 'muster doctor; a node of a newer version of muster may have written it',
  });
}
