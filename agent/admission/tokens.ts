import { randomBytes } from 'node:crypto';
import { type DecisionSet, decode } from '../../coordinator/store/codec.ts';
import { decisionsPrefix, tokenKey } from '../../coordinator/store/keys.ts';
import { MusterError } from '../../roles/model/errors.ts';
import type { Clock, Decisions } from '../../roles/model/ports.ts';
import {
  decodeToken,
  encodeToken,
  secretHash,
  type Token,
  type TokenOptions,
  type TokenRecord,
  type TokenState,
  tokenSecretBytes,
  tokenState,
} from '../../roles/model/token.ts';
import { createTokenId } from '../local/identity.ts';
import { untilCommitted } from './attempts.ts';
import { requireCluster } from './cluster-of.ts';

export interface TokenParts {
  readonly decisions: Decisions;
  readonly clock: Clock;
}

/** Where a joiner finds this node's API, and the pin of its key. */
export interface TokenPlace {
  readonly addresses: readonly string[];
  readonly pin: string;
}

const minuteMs = 60_000;
/** What is over is listed for a day yet, so that a refusal can be understood. */
const keptAfterEndMs = 24 * 60 * minuteMs;

/** Makes a token and stores its hash. The text is the only place of its secret: show it once, keep it nowhere. */
export async function createToken(
  { decisions, clock }: TokenParts,
  place: TokenPlace,
  { lifetimeMinutes, uses }: TokenOptions,
): Promise<{ readonly text: string; readonly token: Token; readonly record: TokenRecord }> {
  const now = clock.now();
  const set = await readSet(decisions);
  const token: Token = {
    id: createTokenId(),
    secret: randomBytes(tokenSecretBytes).toString('base64url'),
    clusterId: requireCluster(set).id,
    addresses: [...place.addresses],
    pin: place.pin,
    expiresAt: new Date(now.getTime() + lifetimeMinutes * minuteMs).toISOString(),
  };
  const record: TokenRecord = {
    id: token.id,
    secretHash: secretHash(token.secret),
    createdAt: now.toISOString(),
    expiresAt: token.expiresAt,
    usesLeft: uses,
    revoked: false,
    admitted: [],
  };
  await untilCommitted(async () => {
    const { committed } = await decisions.transact({
      conditions: [{ key: tokenKey(token.id), modRevision: 0 }],
      put: { [tokenKey(token.id)]: JSON.stringify(record) },
      remove: longOver(set, now).map(tokenKey),
    });
    return committed || undefined;
  });
  return { text: encodeToken(token), token, record };
}

/** A stored token and what has become of it. */
export interface ListedToken {
  readonly record: TokenRecord;
  readonly state: TokenState;
}

/** All stored tokens, those that end last first. */
export function listTokens({ tokens }: Pick<DecisionSet, 'tokens'>, now: Date): readonly ListedToken[] {
  const byEnd = Object.values(tokens).sort((a, b) => Date.parse(b.expiresAt) - Date.parse(a.expiresAt));
  return byEnd.map((record) => ({ record, state: tokenState(record, now) }));
}

/** Takes a token back. One that is over stays as it is. Throws `not-found`. */
export async function revokeToken({ decisions }: TokenParts, id: string): Promise<TokenRecord> {
  return untilCommitted(async () => {
    const snapshot = await decisions.read(decisionsPrefix);
    const record = decode(snapshot).tokens[id];
    if (record === undefined) throw unknownToken(id);
    const revoked = { ...record, revoked: true };
    const key = tokenKey(id);
    const { committed } = await decisions.transact({
      conditions: [{ key, modRevision: snapshot.entries[key]?.modRevision ?? 0 }],
      put: { [key]: JSON.stringify(revoked) },
    });
    return committed ? revoked : undefined;
  });
}

/** What a pasted token says, without its secret, and what the cluster knows of it. */
export interface InspectedToken extends Omit<Token, 'secret'> {
  /** `unknown`: not stored here: of another cluster, or long over. */
  readonly state: TokenState | 'unknown';
  readonly usesLeft?: number;
}

/** Reads a pasted token beside what is stored, if decisions are known. Throws `token-refused` for a damaged one. */
export function inspectToken(text: string, tokens: DecisionSet['tokens'], now: Date): InspectedToken {
  const { secret, ...said } = decodeToken(text);
  const record = tokens[said.id];
  if (record === undefined || record.secretHash !== secretHash(secret)) return { ...said, state: 'unknown' };
  return { ...said, state: tokenState(record, now), usesLeft: record.usesLeft };
}

async function readSet(decisions: Decisions): Promise<DecisionSet> {
  return decode(await decisions.read(decisionsPrefix));
}

function longOver({ tokens }: DecisionSet, now: Date): string[] {
  const over = Object.values(tokens).filter(
    ({ expiresAt }) => Date.parse(expiresAt) + keptAfterEndMs < now.getTime(),
  );
  return over.map(({ id }) => id);
}

function unknownToken(id: string): MusterError {
  return new MusterError('not-found', {
    what: `there is no token ${id}`,
    why: 'it is misspelt, or long over and forgotten',
    next: 'muster token ls',
  });
}
