import type { Decisions, Snapshot } from '../../roles/model/ports.ts';
import type { View } from '../../roles/model/view.ts';
import { assignmentKey } from '../store/keys.ts';
import type { Candidate } from './leadership.ts';
import { type Placeable, place } from './place.ts';

export interface BrainParts {
  readonly decisions: Decisions;
  readonly candidate: Candidate;
  readonly placeable: readonly Placeable[];
}

/**
 * One turn of the brain: lead, decide, write. Every write names the leadership and the revision of what it replaces,
 * so that a former leader or an old view changes nothing. Returns a sentence for each decision made.
 */
export async function think(parts: BrainParts, view: View, snapshot: Snapshot): Promise<readonly string[]> {
  const leadership = await parts.candidate.lead();
  if (leadership === undefined) return [];
  const sentences: string[] = [];
  for (const { node, assignment } of place(view, parts.placeable)) {
    const key = assignmentKey(node);
    const result = await parts.decisions.transact({
      conditions: [leadership, { key, modRevision: snapshot.entries[key]?.modRevision ?? 0 }],
      put: { [key]: JSON.stringify(assignment) },
    });
    const name = view.nodes.find(({ record }) => record.id === node)?.record.name ?? node;
    if (result.committed)
      sentences.push(`${name} is given ${assignment.roles.join(' and ')}: it is the only node`);
  }
  return sentences;
}
