import * as z from 'zod';
import { messageOf } from '../../../roles/model/errors.ts';
import type { AskOutside, OutsideAnswer, OutsideRequest } from '../../host/outside.ts';
import { Authorization, Directory, Order, Problem } from './answers.ts';
import { signedBody } from './jws.ts';
import { Refusal, unreachable } from './refusal.ts';

export interface AcmeParts {
  readonly ask: AskOutside;
  readonly directory: string;
  /** PEM: whom to believe that it is the authority, beside those that everybody does. */
  readonly authority?: string;
  /** PKCS #8 in PEM, P-256. */
  readonly accountKey: string;
  /** Absent until `register`. */
  readonly account?: string;
}

/** A number that was used, or is too old, is no fault: the answer brings the next. */
const nonceAttempts = 5;

/**
 * An ACME client (RFC 8555), as much of it as an order with http-01 needs. Rejects with a `Refusal` where the authority
 * says no, and with `peer-unreachable` where it says nothing that can be understood.
 */
export class AcmeClient {
  readonly #parts: AcmeParts;
  #account: string | undefined;
  #directory: Directory | undefined;
  #nonce: string | undefined;

  constructor(parts: AcmeParts) {
    this.#parts = parts;
    this.#account = parts.account;
  }

  /** Makes the account, or finds the one that this key has already; returns its URL. */
  async register(email: string | null): Promise<string> {
    const { newAccount } = await this.#places();
    const contact = email === null ? {} : { contact: [`mailto:${email}`] };
    const answer = await this.#post(newAccount, { termsOfServiceAgreed: true, ...contact });
    this.#account = this.#location(answer);
    return this.#account;
  }

  /** Returns the URL of a new order. */
  async newOrder(domains: readonly string[]): Promise<string> {
    const { newOrder } = await this.#places();
    const identifiers = domains.map((value) => ({ type: 'dns', value }));
    return this.#location(await this.#post(newOrder, { identifiers }));
  }

  async order(url: string): Promise<Order> {
    return this.#read(Order, await this.#post(url));
  }

  async authorization(url: string): Promise<Authorization> {
    return this.#read(Authorization, await this.#post(url));
  }

  /** Tells that a challenge can be looked at now. */
  async answer(challengeUrl: string): Promise<void> {
    await this.#post(challengeUrl, {});
  }

  /** Hands over what is to be signed: PKCS #10, DER. */
  async finalize(url: string, request: Uint8Array): Promise<void> {
    await this.#post(url, { csr: Buffer.from(request).toString('base64url') });
  }

  /** The chain in PEM. */
  async certificate(url: string): Promise<string> {
    return (await this.#post(url)).body;
  }

  async #places(): Promise<Directory> {
    const { directory } = this.#parts;
    this.#directory ??= this.#read(Directory, await this.#send({ method: 'GET', url: directory }));
    return this.#directory;
  }

  async #post(url: string, payload?: object): Promise<OutsideAnswer> {
    for (let attempt = 1; ; attempt += 1) {
      const nonce = await this.#takeNonce();
      const account = this.#account === undefined ? {} : { account: this.#account };
      const signed = { url, nonce, ...account, ...(payload === undefined ? {} : { payload }) };
      const body = signedBody(this.#parts.accountKey, signed);
      const headers = { 'content-type': 'application/jose+json' };
      try {
        return await this.#send({ method: 'POST', url, headers, body });
      } catch (error) {
        const stale = error instanceof Refusal && error.is('badNonce');
        if (!stale || attempt === nonceAttempts) throw error;
      }
    }
  }

  /** Each request needs a number of its own, which the answer before brought along. */
  async #takeNonce(): Promise<string> {
    if (this.#nonce === undefined) {
      const { newNonce } = await this.#places();
      await this.#send({ method: 'HEAD', url: newNonce });
    }
    const nonce = this.#nonce;
    this.#nonce = undefined;
    if (nonce === undefined)
      throw unreachable(this.#host(), 'it gave no number for the next request', undefined);
    return nonce;
  }

  async #send(asked: OutsideRequest): Promise<OutsideAnswer> {
    const { authority } = this.#parts;
    const headers = { 'user-agent': 'muster', ...asked.headers };
    const trust = authority === undefined ? {} : { authority };
    const answer = await this.#parts.ask({ ...asked, headers, ...trust }).catch((cause: unknown) => {
      throw unreachable(this.#host(), messageOf(cause), cause);
    });
    const nonce = answer.headers['replay-nonce'];
    if (typeof nonce === 'string') this.#nonce = nonce;
    if (answer.status >= 200 && answer.status < 300) return answer;
    throw this.#refusal(answer);
  }

  #refusal({ status, headers, body }: OutsideAnswer): Refusal {
    const said = Problem.safeParse(jsonOf(body));
    const problem = said.success ? said.data : Problem.parse({ detail: `it answers ${String(status)}` });
    const seconds = Number(headers['retry-after'] ?? 0);
    return new Refusal(`${this.#host()} refuses`, problem, Number.isFinite(seconds) ? seconds * 1_000 : 0);
  }

  #location({ headers }: OutsideAnswer): string {
    const { location } = headers;
    if (location !== undefined) return location;
    throw unreachable(this.#host(), 'it does not say where it keeps what it has made', undefined);
  }

  #read<Value>(schema: z.ZodType<Value>, { body }: OutsideAnswer): Value {
    const parsed = schema.safeParse(jsonOf(body));
    if (parsed.success) return parsed.data;
    const why = `what it says cannot be understood: ${z.prettifyError(parsed.error).replaceAll('\n', ' ')}`;
    throw unreachable(this.#host(), why, parsed.error);
  }

  #host(): string {
    return new URL(this.#parts.directory).host;
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
