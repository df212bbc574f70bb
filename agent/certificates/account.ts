import { decode } from '../../coordinator/store/codec.ts';
import { acmeKey } from '../../coordinator/store/keys.ts';
import type { AcmeAccount } from '../../roles/model/certificate.ts';
import type { Files, Snapshot, Transaction } from '../../roles/model/ports.ts';
import { openFields } from '../secrets/open.ts';
import { secretChange } from '../secrets/put.ts';
import { newAccountKey, thumbprintOf } from './acme/jws.ts';

/** The account's key: for whoever leads, and so for voters alone. */
const accountSecret = 'acme-account';

/** An account and its key, PKCS #8 in PEM. */
export interface KeyedAccount extends AcmeAccount {
  readonly key: string;
}

/**
 * The account with this authority, or the transaction by which it comes to be: the key first, so that balancers can learn
 * its thumbprint; the authority is told of it later. Another authority gets the same key.
 */
export async function accountFor(
  files: Files,
  snapshot: Snapshot,
  directory: string,
): Promise<KeyedAccount | Transaction> {
  const set = decode(snapshot);
  const key = (await openFields(files, set, accountSecret))?.['key'];
  if (key !== undefined && set.acme?.directory === directory) return { ...set.acme, key };
  const ownKey = key ?? newAccountKey();
  const secret = key === undefined ? secretChange(snapshot, accountSecret, { key: ownKey }) : undefined;
  const change = accountChange(snapshot, { directory, thumbprint: thumbprintOf(ownKey) });
  return {
    conditions: [...change.conditions, ...(secret?.conditions ?? [])],
    put: { ...change.put, ...secret?.put },
  };
}

/** What is stored of an account beside its key. */
export function accountChange(
  snapshot: Snapshot,
  { directory, thumbprint, url }: AcmeAccount,
): Required<Pick<Transaction, 'conditions' | 'put'>> {
  const account: AcmeAccount = { directory, thumbprint, ...(url === undefined ? {} : { url }) };
  return {
    conditions: [{ key: acmeKey, modRevision: snapshot.entries[acmeKey]?.modRevision ?? 0 }],
    put: { [acmeKey]: JSON.stringify(account) },
  };
}
