import * as z from 'zod';
import { encodedBytes } from './encoded.ts';
import { MusterError } from './errors.ts';
import { sha256 } from './fingerprint.ts';
import { ClusterId, NodeId } from './identifiers.ts';

/** `t` and 12 base32 characters; no secret. */
export const TokenId = z.string().regex(/^t[a-z2-7]{12}$/, 'a token id is t and 12 characters of a-z, 2-7');

/** 128 bits: nobody guesses it, so that its bare hash may be stored. */
export const tokenSecretBytes = 16;
export const TokenSecret = encodedBytes(tokenSecretBytes);

/** The SHA-256 of a server's public key as curl takes it. */
const Pin = z
  .string()
  .regex(/^sha256\/\/[A-Za-z0-9+/]{43}=$/, 'a pin is sha256// and 44 characters of base64');

/** What a token says to whoever holds it. */
export const Token = z.strictObject({
  id: TokenId,
  secret: TokenSecret,
  clusterId: ClusterId,
  /** Where the API of the node that made it answers, port 7701; any of them will do. */
  addresses: z.array(z.ipv4()).min(1).max(8),
  /** Of that node's key; it outlives the renewal of certificates. */
  pin: Pin,
  expiresAt: z.iso.datetime(),
});
export type Token = z.infer<typeof Token>;

/** What may be asked of a new token. */
export const TokenOptions = z.strictObject({
  /** An hour: long enough to walk over to the other machines, short enough to be forgotten in a shell's history. */
  lifetimeMinutes: z
    .int()
    .min(1)
    .max(7 * 24 * 60)
    .default(60),
  /** How many machines it lets in. */
  uses: z.int().min(1).max(1_000).default(10),
});
export type TokenOptions = z.infer<typeof TokenOptions>;

/** What the cluster keeps of it, under `tokens/<id>`. */
export const TokenRecord = z.strictObject({
  id: TokenId,
  secretHash: z.string().regex(/^[0-9a-f]{64}$/, 'a secret hash is 64 hexadecimal characters'),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
  usesLeft: z.int().nonnegative(),
  revoked: z.boolean(),
  /** Whom it let in. Each may ask again with it: an answer that got lost takes no second use. */
  admitted: z.array(NodeId),
});
export type TokenRecord = z.infer<typeof TokenRecord>;

const version = 'muster1';
/** 32 bits: finds damage by hand or terminal; against malice there is the secret. */
const checksumCharacters = 8;
const next = 'muster token create, on a node of the cluster, and paste its whole line';

/** The text to paste: `muster1.<base64url of the JSON>.<checksum>`. */
export function encodeToken(token: Token): string {
  const body = `${version}.${Buffer.from(JSON.stringify(token)).toString('base64url')}`;
  return `${body}.${checksum(body)}`;
}

/** Reads a pasted token, expired or not. Throws `token-refused` that says how it is damaged. */
export function decodeToken(text: string): Token {
  const [name = '', payload = '', sum = '', ...more] = wholeWord(text).split('.');
  if (name !== version) throw otherVersion(name);
  if (more.length > 0) throw damaged('there is more behind its end', 'something else was pasted with it');
  if (payload === '' || sum.length < checksumCharacters) {
    throw damaged('it ends too early', 'the paste was cut short');
  }
  if (sum !== checksum(`${name}.${payload}`)) {
    throw damaged('its checksum is not right', 'a character of it was lost or changed on the way');
  }
  return parsePayload(payload);
}

/** Throws `token-refused` for a token that is over by this clock, with both times. */
export function refuseExpired({ expiresAt }: Pick<Token, 'expiresAt'>, now: Date): void {
  if (now.getTime() < Date.parse(expiresAt)) return;
  throw new MusterError('token-refused', {
    what: `the token was good until ${expiresAt}`,
    why: `the clock of this machine says ${now.toISOString()}`,
    next: 'muster token create, on a node of the cluster; if the clock is wrong: timedatectl',
  });
}

/** What becomes of a stored token. */
export type TokenState = 'good' | 'expired' | 'used up' | 'revoked';

export function tokenState(record: TokenRecord, now: Date): TokenState {
  if (record.revoked) return 'revoked';
  if (now.getTime() >= Date.parse(record.expiresAt)) return 'expired';
  return record.usesLeft === 0 ? 'used up' : 'good';
}

/** What is stored in place of a secret. */
export function secretHash(secret: string): string {
  return sha256(Buffer.from(secret, 'base64url'));
}

function checksum(body: string): string {
  return sha256(body).slice(0, checksumCharacters);
}

function wholeWord(text: string): string {
  const word = text.trim();
  if (/\s/.test(word)) {
    throw damaged(
      'there is a space or a line break in it',
      'a terminal wrapped it, or two pastes came together',
    );
  }
  return word;
}

function otherVersion(name: string): MusterError {
  if (/^muster\d+$/.test(name)) {
    return damaged(`it begins with ${name}`, `this version of muster reads ${version}`, 'of another version');
  }
  return damaged(`it does not begin with ${version}`, 'its beginning was cut off, or it is something else');
}

function parsePayload(payload: string): Token {
  try {
    return Token.parse(JSON.parse(Buffer.from(payload, 'base64url').toString()));
  } catch (cause) {
    const why = cause instanceof z.ZodError ? z.prettifyError(cause) : 'what it holds is not JSON';
    throw damaged('it does not hold what a token holds', why, 'not one of muster', cause);
  }
}

function damaged(what: string, why: string, kind = 'damaged', cause?: unknown): MusterError {
  return new MusterError('token-refused', { what: `the token is ${kind}: ${what}`, why, next, cause });
}
