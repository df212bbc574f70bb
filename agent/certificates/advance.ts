import type { CertificateOrder } from '../../roles/model/certificate.ts';
import type { Authorization, Order } from './acme/answers.ts';
import type { AcmeClient } from './acme/client.ts';
import { Refusal } from './acme/refusal.ts';

export interface AdvanceParts {
  readonly client: AcmeClient;
  /** What the authority is to sign: PKCS #10, DER. */
  readonly request: (domains: readonly string[]) => Promise<Uint8Array>;
}

/** How far an order has come: begun and to be written down, on its way, or done. */
export type Progress =
  | { readonly kind: 'begun'; readonly url: string }
  | { readonly kind: 'waiting' }
  | { readonly kind: 'issued'; readonly chain: string };

/**
 * One step of an order, told by what the authority says of it now. Nothing is remembered between two, so that any leader
 * goes on where another has ended. Throws a `Refusal`.
 */
export async function advance(
  parts: AdvanceParts,
  { domains, url }: Pick<CertificateOrder, 'domains' | 'url'>,
): Promise<Progress> {
  const { client } = parts;
  if (url === undefined) return { kind: 'begun', url: await client.newOrder(domains) };
  const order = await client.order(url);
  switch (order.status) {
    case 'pending':
      for (const place of order.authorizations) await prove(client, await client.authorization(place));
      return { kind: 'waiting' };
    case 'ready':
      await client.finalize(order.finalize, await parts.request(domains));
      return { kind: 'waiting' };
    case 'processing':
      return { kind: 'waiting' };
    case 'valid':
      if (order.certificate === undefined) return { kind: 'waiting' };
      return { kind: 'issued', chain: await client.certificate(order.certificate) };
    case 'invalid':
      throw await reasonOf(client, order);
  }
}

/** Every balancer answers the challenge already: the authority only has to be told to look, once. */
async function prove(client: AcmeClient, authorization: Authorization): Promise<void> {
  if (authorization.status === 'valid') return;
  if (authorization.status !== 'pending') throw failed(authorization);
  const challenge = authorization.challenges.find(({ type }) => type === 'http-01');
  if (challenge === undefined) throw failed(authorization);
  if (challenge.status === 'pending') await client.answer(challenge.url);
}

/** An order that failed does not say why; the name that did does. */
async function reasonOf(client: AcmeClient, order: Order): Promise<Refusal> {
  for (const place of order.authorizations) {
    const authorization = await client.authorization(place);
    if (authorization.status !== 'valid') return failed(authorization);
  }
  return new Refusal('the order failed', order.error ?? nothing);
}

function failed({ identifier, status, challenges }: Authorization): Refusal {
  const problem = challenges.find(({ error }) => error !== undefined)?.error;
  const detail = `the authority calls it ${status}, and offers no http-01 that could be answered`;
  return new Refusal(`${identifier.value} was not proved to lead here`, problem ?? { ...nothing, detail });
}

const nothing = { type: 'about:blank', detail: 'no reason given', subproblems: [] };
