import { failedOrder, orderSecret } from '../../coordinator/brain/certificates.ts';
import { certificateKey, leaderKey, orderKey, secretKey } from '../../coordinator/store/keys.ts';
import {
  type Certificate,
  type CertificateOrder,
  certificateSecret,
  keyField,
} from '../../roles/model/certificate.ts';
import { MusterError, messageOf } from '../../roles/model/errors.ts';
import type { Snapshot, Transaction } from '../../roles/model/ports.ts';
import { secretChange } from '../secrets/put.ts';
import { Refusal } from './acme/refusal.ts';
import type { ReadPair } from './read.ts';

/** One order, as it was found. */
export interface FoundOrder {
  readonly name: string;
  readonly order: CertificateOrder;
}

type Change = Required<Pick<Transaction, 'conditions' | 'put'>> & Pick<Transaction, 'remove'>;

/** Every change of an order holds only for the leader that found it so. */
function conditionsOf(snapshot: Snapshot, name: string): Change['conditions'] {
  return [leaderKey, orderKey(name)].map((key) => ({
    key,
    modRevision: snapshot.entries[key]?.modRevision ?? 0,
  }));
}

/** The authority has begun: where, and the key that the certificate is to be for, before anything is signed. */
export function begunChange(
  snapshot: Snapshot,
  { name, order }: FoundOrder,
  url: string,
  key: string,
): Change {
  const secret = secretChange(snapshot, orderSecret(name), { [keyField]: key });
  const begun: CertificateOrder = { ...order, url };
  return {
    conditions: [...conditionsOf(snapshot, name), ...secret.conditions],
    put: { [orderKey(name)]: JSON.stringify(begun), ...secret.put },
  };
}

/** Certificate and key take the place of those before, and the order ends: all of it or nothing. */
export function issuedChange(snapshot: Snapshot, { name, order }: FoundOrder, pair: ReadPair): Change {
  const { key, notes: _notes, ...read } = pair;
  const certificate: Certificate = { ...read, source: 'acme', requestedBy: order.requestedBy };
  const secret = secretChange(snapshot, certificateSecret(name), { [keyField]: key });
  return {
    conditions: [...conditionsOf(snapshot, name), ...secret.conditions],
    put: { [certificateKey(name)]: JSON.stringify(certificate), ...secret.put },
    remove: [orderKey(name), ...keyOf(snapshot, name)],
  };
}

/** What has failed begins anew, later and with another key. */
export function failedChange(
  snapshot: Snapshot,
  { name, order }: FoundOrder,
  error: unknown,
  now: Date,
): Change {
  const retryAfterMs = error instanceof Refusal ? error.retryAfterMs : 0;
  const failed = failedOrder(order, troubleOf(error), now, retryAfterMs);
  return {
    conditions: conditionsOf(snapshot, name),
    put: { [orderKey(name)]: JSON.stringify(failed) },
    remove: keyOf(snapshot, name),
  };
}

/** Long words of an authority would fill a screen. */
const longestTrouble = 400;

export function troubleOf(error: unknown): string {
  const text = error instanceof MusterError ? `${error.message}: ${error.why}` : messageOf(error);
  return text.replaceAll(/\s+/g, ' ').slice(0, longestTrouble);
}

function keyOf(snapshot: Snapshot, name: string): string[] {
  const key = secretKey(orderSecret(name));
  return snapshot.entries[key] === undefined ? [] : [key];
}
