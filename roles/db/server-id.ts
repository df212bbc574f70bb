import type { DatabaseView } from '../model/database.ts';
import { selfOf, type View } from '../model/view.ts';

/** More ordinals than a cluster has nodes; MariaDB's numbers (32 bits) are then enough for a million terms. */
const ordinalsPerTerm = 4_096;

/**
 * The number under which this node's server writes and follows, another one in each term. A replica passes over what
 * came from its own number, since it takes it for something that it has; a former primary that lost its power has not:
 * what it had sent and not yet committed it takes back at its start, and has to get it from its successor.
 */
export function serverId(view: View, { term = 0 }: Pick<DatabaseView, 'term'>): number {
  return selfOf(view).record.ordinal + ordinalsPerTerm * term;
}
