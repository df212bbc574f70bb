import 'reflect-metadata';
import * as x509 from '@peculiar/x509';
import * as z from 'zod';
import type { AskOutside, OutsideAnswer } from '../../agent/host/outside.ts';
import { certifiedBy, type Signer } from './made-certificates.ts';

/** An ACME authority in memory, at https://ca.example. It believes every signature and looks at every name at once. */
export interface FakeAuthority {
  readonly ask: AskOutside;
  /** Each request, as `POST /order/1 {…}`. */
  readonly asked: string[];
  /** Names that it proves to lead elsewhere. */
  readonly elsewhere: Set<string>;
  /** What it says to the next requests instead of an answer, by the beginning of their paths. */
  readonly refusals: { path: string; type: string; retryAfter?: string }[];
  /** True: no answer comes. */
  silent: boolean;
}

interface Order {
  readonly names: readonly string[];
  status: 'pending' | 'ready' | 'valid' | 'invalid';
  chain: string;
}

const base = 'https://ca.example';
export const fakeDirectory = `${base}/directory`;

const Body = z.object({ payload: z.string() });
const Identifiers = z.object({ identifiers: z.array(z.object({ value: z.string() })) });
const Csr = z.object({ csr: z.string() });

export function fakeAuthority(signer: Signer, now: () => Date): FakeAuthority {
  const orders: Order[] = [];
  let nonces = 0;
  const authority: FakeAuthority = {
    asked: [],
    elsewhere: new Set(),
    refusals: [],
    silent: false,
    ask: async ({ method, url, body }) => {
      if (authority.silent) throw new Error('connect ETIMEDOUT');
      const path = url.slice(base.length);
      const text =
        body === undefined ? '' : Buffer.from(Body.parse(JSON.parse(body)).payload, 'base64url').toString();
      authority.asked.push(`${method} ${path} ${text}`.trim());
      nonces += 1;
      const headers = { 'replay-nonce': `nonce${String(nonces)}` };
      const refusal = authority.refusals.find((one) => path.startsWith(one.path));
      if (refusal === undefined) return answer(headers, await said(path, text));
      authority.refusals.splice(authority.refusals.indexOf(refusal), 1);
      const problem = {
        type: `urn:ietf:params:acme:error:${refusal.type}`,
        detail: `this is ${refusal.type}`,
      };
      return { ...answer({ ...headers, 'retry-after': refusal.retryAfter }, problem), status: 400 };
    },
  };

  async function said(path: string, text: string): Promise<object | string> {
    const number = Number(/\d+/.exec(path)?.[0] ?? 0);
    const order = orders[number - 1];
    switch (path.replace(/\/\d.*/, '')) {
      case '/directory':
        return { newNonce: `${base}/nonce`, newAccount: `${base}/account`, newOrder: `${base}/order` };
      case '/account':
        return { location: `${base}/account/7` };
      case '/order':
        return order === undefined ? begin(text) : seen(number, order);
      case '/proof':
        return order === undefined ? {} : proof(path, order);
      case '/challenge':
        if (order !== undefined) prove(order);
        return {};
      case '/finalize':
        if (order !== undefined) await sign(order, text);
        return {};
      case '/chain':
        return order?.chain ?? '';
      default:
        return {};
    }
  }

  function begin(text: string): object {
    const { identifiers } = Identifiers.parse(JSON.parse(text));
    orders.push({ names: identifiers.map(({ value }) => value), status: 'pending', chain: '' });
    return { location: `${base}/order/${String(orders.length)}` };
  }

  function prove(order: Order): void {
    order.status = order.names.some((name) => authority.elsewhere.has(name)) ? 'invalid' : 'ready';
  }

  async function sign(order: Order, text: string): Promise<void> {
    const request = new x509.Pkcs10CertificateRequest(
      Buffer.from(Csr.parse(JSON.parse(text)).csr, 'base64url'),
    );
    const publicKey = await request.publicKey.export();
    order.chain = await certifiedBy(signer, publicKey, { domains: order.names, now: now() });
    order.status = 'valid';
  }

  function proof(path: string, order: Order): object {
    const value = order.names[Number(path.split('/').at(-1))] ?? '';
    const fails = order.status === 'invalid' && authority.elsewhere.has(value);
    const status = fails ? 'invalid' : order.status === 'pending' ? 'pending' : 'valid';
    const error = fails ? { error: { type: 'x', detail: `${value} leads to 192.0.2.1` } } : {};
    const url = path.replace('proof', 'challenge');
    return {
      status,
      identifier: { value },
      challenges: [{ type: 'http-01', url: `${base}${url}`, status, ...error }],
    };
  }

  return authority;
}

function seen(number: number, { names, status }: Order): object {
  const authorizations = names.map((_, index) => `${base}/proof/${String(number)}/${String(index)}`);
  const certificate = status === 'valid' ? { certificate: `${base}/chain/${String(number)}` } : {};
  return { status, authorizations, finalize: `${base}/finalize/${String(number)}`, ...certificate };
}

function answer(headers: OutsideAnswer['headers'], what: object | string): OutsideAnswer {
  if (typeof what === 'string') return { status: 200, headers, body: what };
  const location = 'location' in what ? { location: String(what.location) } : {};
  return { status: 200, headers: { ...headers, ...location }, body: JSON.stringify(what) };
}
