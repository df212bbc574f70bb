import type { Decider } from '../../agent/api/decider.ts';
import type { Journal } from '../../agent/reconcile/journal.ts';
import { openJournal } from '../../agent/reconcile/journal.ts';
import { createDecider, type DeciderParts } from '../../agent/voter/decider.ts';
import { decode } from '../../coordinator/store/codec.ts';
import { decisionsPrefix } from '../../coordinator/store/keys.ts';
import type { Facts } from '../../roles/model/facts.ts';
import type { Snapshot } from '../../roles/model/ports.ts';
import type { NodeView, Verdict, View } from '../../roles/model/view.ts';
import type { AdmittingCluster } from './admitting-cluster.ts';
import { FakeFiles } from './fake-files.ts';
import { ready, smallHardware } from './sketches.ts';

export interface DecidingVoter {
  readonly decider: Decider;
  readonly parts: DeciderParts;
  readonly journal: Journal;
  /** Tombstones that were told to all. */
  readonly buried: unknown[];
  /** Addresses at which a machine answers. */
  readonly taken: Set<string>;
  /** What is in force on a node, and how it is found; a web server that is ready and alive unless told otherwise. */
  readonly applied: Map<string, Facts['applied']>;
  readonly verdicts: Map<string, Verdict>;
  /** False: the agent has just started. */
  knows: boolean;
}

/** The first node of a cluster, which carries out words. Its copy of the decisions is as old as its last refresh. */
export async function decidingVoter(cluster: AdmittingCluster): Promise<DecidingVoter> {
  const { decisions, clock } = cluster;
  const journal = await openJournal(new FakeFiles(), clock, '/journal');
  let snapshot: Snapshot = { revision: 0, entries: {} };
  const buried: unknown[] = [];
  const taken = new Set<string>();
  const applied: DecidingVoter['applied'] = new Map();
  const verdicts: DecidingVoter['verdicts'] = new Map();
  const view = (): View | undefined =>
    voter.knows ? viewFrom(snapshot, cluster.first.id, voter) : undefined;
  const parts: DeciderParts = {
    files: new FakeFiles(),
    ...cluster,
    journal,
    source: {
      snapshot: () => snapshot,
      known: () => decode(snapshot),
      refresh: async () => {
        snapshot = await decisions.read(decisionsPrefix);
      },
    },
    view,
    release: () => cluster.release,
    answers: async (address) => taken.has(address),
    mover: { move: async () => 'moved' },
    tellTombstone: (tombstone) => void buried.push(tombstone),
  };
  const decider = createDecider(parts);
  const voter: DecidingVoter = { decider, parts, journal, buried, taken, applied, verdicts, knows: true };
  await parts.source.refresh();
  return voter;
}

function viewFrom(snapshot: Snapshot, self: string, { applied, verdicts }: DecidingVoter): View {
  const { nodes, revision, settings, cluster } = decode(snapshot);
  return {
    self,
    revision,
    cluster: { id: cluster?.id ?? '', name: 'shop', generation: 1 },
    settings: settings as View['settings'],
    nodes: nodes.map((record): NodeView => {
      const inForce = applied.get(record.id) ?? { web: 'x' };
      const facts = {
        hardware: smallHardware,
        load: 0,
        health: { web: ready },
        applied: inForce,
        versions: {},
      };
      const verdict = verdicts.get(record.id) ?? 'alive';
      return { record, roles: ['web'], verdict, facts: { node: record.id, sequence: 1, ...facts } };
    }),
  };
}
