import { EtcdDecisions } from '../../coordinator/store/etcd/decisions.ts';
import { MusterError, messageOf } from '../../roles/model/errors.ts';
import { listen } from '../../roles/model/listen.ts';
import type { Decisions } from '../../roles/model/ports.ts';
import type { Certificates } from '../api/certificates.ts';

/** The store on this machine. */
export interface OwnStore {
  readonly decisions: Decisions;
  /** Why the last write was not taken; empty where it was. */
  readonly writeTrouble: () => string;
  close(): void;
}

/** The way to etcd on this machine; nothing is asked yet. `certificates`: asked for with every request. */
export function openStore(certificates: () => Certificates): OwnStore {
  const etcd = new EtcdDecisions({
    host: '127.0.0.1',
    port: listen.etcdClient,
    credentials: () => {
      const { authority, certificate, key } = certificates();
      return { authority, certificate, privateKey: key };
    },
  });
  return { ...watchWrites(etcd), close: () => etcd.close() };
}

/** A store that is full still answers reads: what came of the last write counts, too. */
function watchWrites(store: Decisions): Pick<OwnStore, 'decisions' | 'writeTrouble'> {
  let trouble = '';
  const transact: Decisions['transact'] = async (transaction) => {
    try {
      const result = await store.transact(transaction);
      trouble = '';
      return result;
    } catch (error) {
      trouble = error instanceof MusterError ? error.why : messageOf(error);
      throw error;
    }
  };
  const decisions: Decisions = {
    transact,
    read: (prefix) => store.read(prefix),
    watch: (prefix, onHint, signal) => store.watch(prefix, onHint, signal),
    grantLease: (seconds) => store.grantLease(seconds),
    renewLease: (lease) => store.renewLease(lease),
    revokeLease: (lease) => store.revokeLease(lease),
  };
  return { decisions, writeTrouble: () => trouble };
}
