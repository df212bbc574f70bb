import type { DecisionSet } from '../coordinator/store/codec.ts';
import { EtcdDecisions } from '../coordinator/store/etcd/decisions.ts';
import type { Credentials } from '../coordinator/store/etcd/gateway.ts';
import { Mirror } from '../coordinator/store/mirror.ts';
import { importSeed } from '../coordinator/store/seed.ts';
import { MusterError, messageOf } from '../roles/model/errors.ts';
import { listen } from '../roles/model/listen.ts';
import { paths } from '../roles/model/paths.ts';
import type { Clock, Decisions, Files, Snapshot } from '../roles/model/ports.ts';
import type { Certificates } from './api/server.ts';
import type { Journal } from './reconcile/journal.ts';

/** The decisions as this node knows them, and the store they come from. */
export interface DecisionSource {
  readonly decisions: Decisions;
  readonly known: () => DecisionSet | undefined;
  readonly snapshot: () => Snapshot;
  /** Whether new decisions can be made now, and a sentence about it. */
  readonly reach: () => { readonly writable: boolean; readonly sentence: string };
  /** Whether the store answered when it was last asked. */
  readonly answers: () => boolean;
  /** Asks the store now. */
  readonly refresh: () => Promise<void>;
  readonly onChange: (listener: () => void) => void;
  /** Takes renewed certificates from disk. */
  readonly reload: () => Promise<void>;
  /** Follows the store until the signal aborts. */
  readonly run: (signal: AbortSignal) => Promise<void>;
  /** Closes the way to the store. */
  readonly close: () => void;
}

export interface DecisionParts {
  readonly files: Files;
  readonly clock: Clock;
  readonly journal: Journal;
  readonly certificates: () => Promise<Certificates>;
}

const nothing: Snapshot = { revision: 0, entries: {} };

/** Opens the copy on disk, and the way to etcd on this machine. */
export async function openDecisions(parts: DecisionParts): Promise<DecisionSource> {
  const { files, clock, journal } = parts;
  let credentials = credentialsOf(await parts.certificates());
  const etcd = new EtcdDecisions({
    host: '127.0.0.1',
    port: listen.etcdClient,
    credentials: () => credentials,
  });
  const { decisions, writeTrouble } = watchWrites(etcd);
  const mirror = new Mirror({
    decisions,
    files,
    clock,
    path: paths.decisions,
    whenEmpty: async (known) => {
      if (!(await importSeed(decisions, known))) return;
      await journal.tell({
        kind: 'info',
        sentence: 'the last known decisions were written into the empty store',
      });
    },
    onError: (error) => {
      journal
        .tell({ kind: 'error', sentence: `${error.message}: ${error.why}`, code: error.code })
        .catch(() => undefined);
    },
  });
  mirror.subscribe(tellMalformed(journal));
  await mirror.load();
  return {
    decisions,
    known: () => mirror.known(),
    snapshot: () => mirror.snapshot() ?? nothing,
    reach: () => reachOf(mirror, writeTrouble()),
    answers: () => mirror.reach().answered,
    refresh: () => mirror.refresh(),
    onChange: (listener) => void mirror.subscribe(listener),
    reload: async () => {
      credentials = credentialsOf(await parts.certificates());
    },
    run: (signal) => mirror.run(signal),
    close: () => etcd.close(),
  };
}

/** A decision that cannot be understood is told once; the others count all the same. */
function tellMalformed(journal: Journal): (known: DecisionSet) => void {
  const told = new Set<string>();
  return ({ malformed }) => {
    for (const { key, why } of malformed) {
      const sentence = `the decision ${key} cannot be understood: ${why.replaceAll('\n', ' ')}`;
      if (!told.has(sentence)) void journal.tell({ kind: 'error', sentence });
      told.add(sentence);
    }
  };
}

function credentialsOf({ authority, certificate, key }: Certificates): Credentials {
  return { authority, certificate, privateKey: key };
}

/** A store that is full still answers reads: what came of the last write counts, too. */
function watchWrites(store: Decisions): { decisions: Decisions; writeTrouble: () => string } {
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

function reachOf(mirror: Mirror, writeTrouble: string): { writable: boolean; sentence: string } {
  const { answered, since, why } = mirror.reach();
  if (!answered) {
    const sentence = `no decision can be made since ${since.toISOString()}: the store does not answer (${why})`;
    return { writable: false, sentence };
  }
  if (writeTrouble !== '') {
    return {
      writable: false,
      sentence: `no decision can be made: the store takes no writes (${writeTrouble})`,
    };
  }
  return { writable: true, sentence: 'the store of decisions answers' };
}
