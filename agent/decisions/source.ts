import type { DecisionSet } from '../../coordinator/store/codec.ts';
import { Mirror } from '../../coordinator/store/mirror.ts';
import { importSeed } from '../../coordinator/store/seed.ts';
import type { NodeId, NodeRecord } from '../../roles/model/node.ts';
import { paths } from '../../roles/model/paths.ts';
import type { Clock, Decisions, Files, Snapshot } from '../../roles/model/ports.ts';
import type { Certificates } from '../api/certificates.ts';
import type { Journal } from '../reconcile/journal.ts';
import { Follower } from './follower.ts';
import type { OwnStore } from './own-store.ts';
import type { PeerApi, PeerPlace } from './peer-api.ts';

/** Whether new decisions can be made now, and a sentence about it. */
interface Reach {
  readonly writable: boolean;
  readonly sentence: string;
}

/** The decisions as this node knows them, and where they come from. */
export interface DecisionSource {
  /** The store, on a node that keeps it; undefined elsewhere. */
  readonly store: () => Decisions | undefined;
  readonly known: () => DecisionSet | undefined;
  readonly snapshot: () => Snapshot;
  readonly reach: () => Reach;
  /** Whether the store answered when it was last asked, by way of a voter where this node is none. */
  readonly answers: () => boolean;
  /** Asks the store now. */
  readonly refresh: () => Promise<void>;
  /** A node has decisions of this revision: if that is later than what is known here, they are fetched. */
  readonly heardOf: (node: NodeId, revision: number) => void;
  readonly onChange: (listener: () => void) => () => void;
  /** The voters as this node knows them, itself apart. */
  readonly voters: () => readonly PeerPlace[];
  /** The APIs of the other nodes. */
  readonly peers: Pick<PeerApi, 'ask' | 'open' | 'lines'>;
  /** Takes renewed certificates from disk. */
  readonly reload: () => Promise<void>;
  /** Follows the store until the signal aborts. */
  readonly run: (signal: AbortSignal) => Promise<void>;
  /** Closes the ways to the store. */
  readonly close: () => void;
}

/** Where decisions come from. */
interface Ways {
  readonly own: OwnStore;
  readonly peers: Pick<PeerApi, 'ask' | 'open' | 'lines' | 'close'>;
}

export interface DecisionParts {
  readonly files: Files;
  readonly clock: Clock;
  readonly journal: Journal;
  readonly self: NodeId;
  readonly certificates: () => Promise<Certificates>;
  /** Opens the ways to the store, which ask for the certificates anew with every request. */
  readonly ways: (certificates: () => Certificates) => Ways;
  /** Who of these nodes keeps the store. */
  readonly votersOf: (nodes: readonly NodeRecord[]) => readonly NodeRecord[];
  /** A node refuses this one as no member. */
  readonly onRefused: (by: PeerPlace) => void;
}

const nothing: Snapshot = { revision: 0, entries: {} };

/** Opens the copy on disk, and the ways to the store: etcd on this machine, or the voters. */
export async function openDecisions(parts: DecisionParts): Promise<DecisionSource> {
  const { files, clock, journal, self } = parts;
  let certificates = await parts.certificates();
  const { own, peers } = parts.ways(() => certificates);
  const nodes = (): readonly NodeRecord[] => mirror.known()?.nodes ?? [];
  const voters = (): readonly NodeRecord[] => parts.votersOf(nodes());
  // Who knows of nobody is the first. The key of the authority lies with whoever keeps the store: a node whose copy of
  // the decisions is damaged must not take itself for one.
  const mayKeep = (await files.inspect(paths.authorityKey)) !== undefined;
  const keeps = (): boolean => mayKeep && (nodes().length === 0 || voters().some(({ id }) => id === self));
  const follower = new Follower({
    api: peers,
    voters,
    others: () => nodes().filter(({ id }) => id !== self),
    place: (node) => nodes().find(({ id }) => id === node),
    onCopy: (copy) => mirror.offer(copy),
    onRefused: parts.onRefused,
  });
  const mirror = new Mirror({
    decisions: {
      read: (prefix) => (keeps() ? own.decisions.read(prefix) : follower.read()),
      watch: (prefix, onHint, signal) => (keeps() ? own.decisions : follower).watch(prefix, onHint, signal),
    },
    files,
    clock,
    path: paths.decisions,
    whenEmpty: (known) => fillEmpty(own, known, journal),
    onError: (error) => {
      const sentence = `${error.message}: ${error.why}`;
      journal.tell({ kind: 'error', sentence, code: error.code }).catch(() => undefined);
    },
  });
  mirror.subscribe(tellMalformed(journal));
  await mirror.load();
  return {
    store: () => (keeps() ? own.decisions : undefined),
    known: () => mirror.known(),
    snapshot: () => mirror.snapshot() ?? nothing,
    reach: () => reachOf(mirror, own.writeTrouble()),
    answers: () => mirror.reach().answered,
    refresh: () => mirror.refresh(),
    heardOf: (node, revision) => {
      if (!keeps() && revision > (mirror.snapshot()?.revision ?? 0)) void catchUp(mirror, follower, node);
    },
    onChange: (listener) => mirror.subscribe(listener),
    voters: () => voters().filter(({ id }) => id !== self),
    peers,
    reload: async () => {
      certificates = await parts.certificates();
    },
    run: (signal) => mirror.run(signal),
    close: () => {
      own.close();
      peers.close();
    },
  };
}

async function fillEmpty({ decisions }: OwnStore, known: Snapshot, journal: Journal): Promise<void> {
  if (!(await importSeed(decisions, known))) return;
  const sentence = 'the last known decisions were written into the empty store';
  await journal.tell({ kind: 'info', sentence });
}

/** From a voter if one answers; else from whoever told of them. */
async function catchUp(mirror: Mirror, follower: Follower, node: NodeId): Promise<void> {
  await mirror.refresh();
  if (!mirror.reach().answered) await follower.takeFrom(node);
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

function reachOf(mirror: Mirror, writeTrouble: string): Reach {
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
