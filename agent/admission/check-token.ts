import { timingSafeEqual } from 'node:crypto';
import type { DecisionSet } from '../../coordinator/store/codec.ts';
import type { NodeId } from '../../roles/model/node.ts';
import { secretHash, type TokenRecord, tokenState } from '../../roles/model/token.ts';
import { tokenRefused } from './refusals.ts';

export interface Shown {
  readonly tokenId: string;
  readonly secret: string;
}

/** Whether somebody holds a token that is not over: enough to be given what is no secret. Throws `token-refused`. */
export function requireHeldToken(tokens: DecisionSet['tokens'], shown: Shown, now: Date): void {
  const problem = problemOf(requireKnown(tokens, shown), undefined, now);
  // One that is used up still serves those whom it let in, to the end of its life.
  if (problem === undefined || problem.state === 'used up') return;
  throw tokenRefused(`the token ${shown.tokenId} is ${problem.state}`, problem.why);
}

/**
 * The stored token that is shown, if it is good for this node now. Whoever it has let in before may ask again while it
 * lives, also when its uses are up: the answer may have got lost. Throws `token-refused`.
 */
export function requireGoodToken(set: DecisionSet, shown: Shown, nodeId: NodeId, now: Date): TokenRecord {
  const record = requireKnown(set.tokens, shown);
  const problem = problemOf(record, nodeId, now);
  if (problem !== undefined) throw tokenRefused(`the token ${record.id} is ${problem.state}`, problem.why);
  refuseFormerToken(set, record, nodeId);
  return record;
}

function requireKnown(tokens: DecisionSet['tokens'], shown: Shown): TokenRecord {
  // The name comes from a stranger, who may know the names that every object has.
  const record = Object.hasOwn(tokens, shown.tokenId) ? tokens[shown.tokenId] : undefined;
  if (record !== undefined && isSecretOf(record, shown.secret)) return record;
  const why =
    record === undefined
      ? 'the cluster knows no token of this name: it is of another cluster, or long over'
      : 'its name is known here, its secret is not the right one';
  throw tokenRefused(`the token ${shown.tokenId} opens nothing here`, why);
}

/** Compares hashes in constant time, so that nobody can feel their way to a secret. */
function isSecretOf(record: TokenRecord, secret: string): boolean {
  return timingSafeEqual(Buffer.from(record.secretHash, 'hex'), Buffer.from(secretHash(secret), 'hex'));
}

function problemOf(
  record: TokenRecord,
  nodeId: NodeId | undefined,
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
      if (nodeId !== undefined && record.admitted.includes(nodeId)) return undefined;
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
