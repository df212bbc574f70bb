import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import * as z from 'zod';

/** The public half of an account's key. */
const Jwk = z.object({ crv: z.literal('P-256'), kty: z.literal('EC'), x: z.string(), y: z.string() });
type Jwk = z.infer<typeof Jwk>;

/** A new key of an account: P-256, PKCS #8 in PEM. */
export function newAccountKey(): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return String(privateKey.export({ type: 'pkcs8', format: 'pem' }));
}

/** What every challenge is answered with, beside its token (RFC 7638): the order of the members is part of it. */
export function thumbprintOf(keyPem: string): string {
  const { crv, kty, x, y } = publicJwk(keyPem);
  return createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url');
}

export interface SignedRequest {
  readonly url: string;
  readonly nonce: string;
  /** The account's URL; without it the key itself is shown, as for a new account. */
  readonly account?: string;
  /** Undefined asks for what lies there (POST-as-GET). */
  readonly payload?: object;
}

/** The body of an ACME request: flattened JSON, signed with ES256 (RFC 8555, section 6.2). */
export function signedBody(keyPem: string, { url, nonce, account, payload }: SignedRequest): string {
  const who = account === undefined ? { jwk: publicJwk(keyPem) } : { kid: account };
  const head = encoded(JSON.stringify({ alg: 'ES256', nonce, url, ...who }));
  const body = payload === undefined ? '' : encoded(JSON.stringify(payload));
  const key = { key: createPrivateKey(keyPem), dsaEncoding: 'ieee-p1363' } as const;
  const signature = sign('sha256', Buffer.from(`${head}.${body}`), key).toString('base64url');
  return JSON.stringify({ protected: head, payload: body, signature });
}

function publicJwk(keyPem: string): Jwk {
  const jwk = Jwk.parse(createPublicKey(createPrivateKey(keyPem)).export({ format: 'jwk' }));
  return { crv: jwk.crv, kty: jwk.kty, x: jwk.x, y: jwk.y };
}

function encoded(text: string): string {
  return Buffer.from(text).toString('base64url');
}
