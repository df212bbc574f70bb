import type { DecisionSet } from '../coordinator/store/codec.ts';
import { EtcdDecisions } from '../coordinator/store/etcd/decisions.ts';
import type { Credentials } from '../coordinator/store/etcd/gateway.ts';
import { Mirror } from '../coordinator/store/mirror.ts';
import { importSeed } from '../coordinator/store/seed.ts';
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
  /** Asks the store now. */
  readonly refresh: () => Promise<void>;
  readonly onChange: (listener: () => void) => void;
  /** Takes renewed certificates from disk. */
  readonly reload: () => Promise<void>;
  /** Follows the store until the signal aborts. */
  readonly run: (signal: AbortSignal) => Promise<void>;
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
  const decisions = new EtcdDecisions({
    host: '127.0.0.1',
    port: listen.etcdClient,
    credentials: () => credentials,
  });
  const mirror = new Mirror({
    decisions,
    files,
    clock,
    path: paths.decisions,
    whenEmpty: async (known) => {
      if (!(await importSeed(decisions, known))) return;
      await journal.tell({ kind: 'info', sentence: 'the first decisions were written into the store' });
    },
    onError: (error) => {
      // The journal itself may be on the disk that takes nothing; then status still tells.
      journal
        .tell({ kind: 'error', sentence: `${error.message}: ${error.why}`, code: error.code })
        .catch(() => undefined);
    },
  });
  await mirror.load();
  return {
    decisions,
    known: () => mirror.known(),
    snapshot: () => mirror.snapshot() ?? nothing,
    reach: () => sentenceOf(mirror),
    refresh: () => mirror.refresh(),
    onChange: (listener) => void mirror.subscribe(listener),
    reload: async () => {
      credentials = credentialsOf(await parts.certificates());
    },
    run: async (signal) => {
      await mirror.run(signal);
      decisions.close();
    },
  };
}

function credentialsOf({ authority, certificate, key }: Certificates): Credentials {
  return { authority, certificate, privateKey: key };
}

function sentenceOf(mirror: Mirror): { writable: boolean; sentence: string } {
  const { answered, since, why } = mirror.reach();
  if (answered) return { writable: true, sentence: 'the store of decisions answers' };
  const sentence = `no decision can be made since ${since.toISOString()}: the store does not answer (${why})`;
  return { writable: false, sentence };
}
