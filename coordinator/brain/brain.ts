import type { Decisions, Snapshot } from '../../roles/model/ports.ts';
import type { View } from '../../roles/model/view.ts';
import { decode } from '../store/codec.ts';
import { assignmentKey, nodeKey } from '../store/keys.ts';
import { keepAddresses } from './addresses.ts';
import { applications } from './applications.ts';
import type { Placeable } from './carriers.ts';
import { renewals } from './certificates.ts';
import type { Change } from './change.ts';
import { databaseChanges } from './database.ts';
import { settleDatabases } from './databases.ts';
import { deaths, type Silence } from './deaths.ts';
import type { Candidate } from './leadership.ts';
import { type Placement, place } from './place.ts';
import { keepStorage } from './storage.ts';
import { tidy } from './tidy.ts';

export interface BrainParts {
  readonly decisions: Decisions;
  readonly candidate: Candidate;
  readonly placeable: readonly Placeable[];
  readonly silence: () => Silence;
  readonly now: () => Date;
}

/**
 * One turn of the brain: lead, decide, write. Every write names the leadership and the revision of what it replaces,
 * so that a former leader or an old view changes nothing. Returns a sentence for each decision made.
 */
export async function think(parts: BrainParts, view: View, snapshot: Snapshot): Promise<readonly string[]> {
  const leadership = await parts.candidate.lead();
  if (leadership === undefined) return [];
  const sentences: string[] = [];
  for (const change of decide(parts, view, snapshot)) {
    const { transaction } = change;
    const conditions = [leadership, ...transaction.conditions];
    const { committed } = await parts.decisions.transact({ ...transaction, conditions });
    if (committed) sentences.push(...change.sentences);
  }
  return sentences;
}

/** All that is to be changed now, by every decider. */
function decide({ placeable, silence, now }: BrainParts, view: View, snapshot: Snapshot): readonly Change[] {
  const { assignments, wishes } = decode(snapshot);
  const placements = place({ view, placeable, assignments, wishes });
  return [
    ...tidy(snapshot),
    ...keepAddresses(view, snapshot),
    ...deaths(view, snapshot, silence(), now()),
    ...renewals(snapshot, now()),
    ...applications(view, snapshot, now()),
    ...settleDatabases(view, snapshot, now()),
    ...databaseChanges(view, snapshot, now()),
    ...placements.map((placement) => placed(placement, snapshot)),
    ...keepStorage(view, snapshot, now()),
  ];
}

function placed({ node, assignment, sentences }: Placement, snapshot: Snapshot): Change {
  const keys = [assignmentKey(node), nodeKey(node)];
  return {
    transaction: {
      conditions: keys.map((key) => ({ key, modRevision: snapshot.entries[key]?.modRevision ?? 0 })),
      put: { [assignmentKey(node)]: JSON.stringify(assignment) },
    },
    sentences,
  };
}
