import { type DecisionSet, decode } from '../../coordinator/store/codec.ts';
import { secretKey } from '../../coordinator/store/keys.ts';
import type { Snapshot, Transaction } from '../../roles/model/ports.ts';
import { SecretFields } from '../../roles/model/secret.ts';
import { requireCluster } from '../admission/cluster-of.ts';
import { sealTo } from '../admission/sealed.ts';
import { holdersOf } from './holders.ts';

/** The part of a transaction that stores a secret, sealed to whoever needs it now, if nobody else changed it since. */
export function secretChange(
  snapshot: Snapshot,
  name: string,
  fields: SecretFields,
): Required<Pick<Transaction, 'conditions' | 'put'>> {
  const set: DecisionSet = decode(snapshot);
  const use = { clusterId: requireCluster(set).id, name };
  const text = JSON.stringify(SecretFields.parse(fields));
  const key = secretKey(name);
  return {
    conditions: [{ key, modRevision: snapshot.entries[key]?.modRevision ?? 0 }],
    put: { [key]: JSON.stringify(sealTo(Buffer.from(text), holdersOf(name, set), use)) },
  };
}
