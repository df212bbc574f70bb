import { timingSafeEqual } from 'node:crypto';
import type { DecisionSet } from '../../coordinator/store/codec.ts';
import type { NodeId } from '../../roles/model/node.ts';
import { secretHash, type TokenRecord, tokenState } from '../../roles/model/token.ts';
import { tokenRefused } from './refusals.ts';

export interface Shown {
  readonly tokenId: string;
  readonly secret: string;
}

/**
 * The stored token that is shown, if it is good for this node now. Whoever it has let in before may ask again while it
 * lives, also when its uses are up: the answer may have got lost. Throws `token-refused`.
 */
export function requireGoodToken(set: DecisionSet, shown: Shown, nodeId: NodeId, now: Date): TokenRecord {
  const record = set.tokens[shown.tokenId];
  if (record === undefined) {
    const why = 'the cluster knows no token of this name: it is of another cluster, or long over';
    throw tokenRefused(`the token ${shown.tokenId} opens nothing here`, why);
  }
  if (!isSecretOf(record, shown.secret)) {
    const why = 'its name is known here, its secret is not the right one';
    throw tokenRefused(`the token ${shown.tokenId} opens nothing here`, why);
  }
  const problem = problemOf(record, nodeId, now);
  if (problem !== undefined) throw tokenRefused(`the token ${record.id} is ${problem.state}`, problem.why);
  refuseFormerToken(set, record, nodeId);
  return record;
}

/** Compares hashes in constant time, so that nobody can feel their way to a secret. */
function isSecretOf(record: TokenRecord, secret: string): boolean {
  return timingSafeEqual(Buffer.from(record.secretHash, 'hex'), Buffer.from(secretHash(secret), 'hex'));
}

function problemOf(
  record: TokenRecord,
  nodeId: NodeId,
  now: Date,
): { readonly state: string; readonly why: string } | undefined {
  const state = tokenState(record, now);
  switch (state) {
    case 'good':
      return undefined;
    case 'revoked':
      return { state, why: 'somebody took it back with muster token revoke' };
    case 'expired':
      return { state, why: `it was good until ${record.expiresAt}, and here it is ${now.toISOString()}` };
    case 'used up':
      if (record.admitted.includes(nodeId)) return undefined;
      return {
        state,
        why: `it has let in as many machines as it was made for: ${record.admitted.join(', ')}`,
      };
  }
}

/** A node that was removed does not come back with what it still had; the operator has to make a token since. */
function refuseFormerToken({ tombstones }: DecisionSet, record: TokenRecord, nodeId: NodeId): void {
  const at = tombstones[nodeId]?.tombstone.at;
  if (at === undefined || Date.parse(record.createdAt) > Date.parse(at)) return;
  const why = `the node was removed at ${at}, and the token was made at ${record.createdAt}`;
  throw tokenRefused(`the token ${record.id} does not let ${nodeId} in again`, why);
}
