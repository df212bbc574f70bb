import type { DecisionSet } from '../coordinator/store/codec.ts';
import { EtcdDecisions } from '../coordinator/store/etcd/decisions.ts';
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
  /** Follows the store until the signal aborts. */
  readonly run: (signal: AbortSignal) => Promise<void>;
}

export interface DecisionParts {
  readonly files: Files;
  readonly clock: Clock;
  readonly journal: Journal;
  readonly certificates: Certificates;
}

const nothing: Snapshot = { revision: 0, entries: {} };

/** Opens the copy on disk, and the way to etcd on this machine. */
export async function openDecisions(parts: DecisionParts): Promise<DecisionSource> {
  const { files, clock, journal, certificates } = parts;
  const decisions = new EtcdDecisions({
    host: '127.0.0.1',
    port: listen.etcdClient,
    authority: certificates.authority,
    certificate: certificates.certificate,
    privateKey: certificates.key,
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
    run: async (signal) => {
      await mirror.run(signal);
      decisions.close();
    },
  };
}

function sentenceOf(mirror: Mirror): { writable: boolean; sentence: string } {
  const { answered, since, why } = mirror.reach();
  if (answered) return { writable: true, sentence: 'the store of decisions answers' };
  const sentence = `no decision can be made since ${since.toISOString()}: the store does not answer (${why})`;
  return { writable: false, sentence };
}
