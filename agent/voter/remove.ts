import { emptyNode, nodeNamed } from '../../coordinator/brain/node-verbs.ts';
import { consequenceOf, removalOf } from '../../coordinator/brain/removal.ts';
import { decode } from '../../coordinator/store/codec.ts';
import { roleNames } from '../../roles/model/node.ts';
import type { Clock } from '../../roles/model/ports.ts';
import type { NodeView } from '../../roles/model/view.ts';
import type { Authority } from '../admission/admit.ts';
import { removeNode } from '../admission/remove.ts';
import type { NodeWord } from '../api/decider.ts';
import { requireView, sayChange, type WordParts } from './word.ts';

export interface RemoveParts extends WordParts {
  readonly clock: Clock;
  readonly authority: () => Promise<Authority>;
  readonly tellTombstone: (tombstone: unknown) => void;
}

/**
 * One turn of `node rm`: a node that is there first gives up what it carries, which takes it some seconds; then its
 * admission ends. Whoever stops asking in between leaves it empty, and may go on at any time.
 */
export async function removeInTurns(
  parts: RemoveParts,
  { node: wanted, dryRun }: NodeWord,
): Promise<{ removed: boolean; sentence: string }> {
  await parts.source.refresh();
  const view = requireView(parts);
  const node = nodeNamed(view, wanted);
  const removal = removalOf(view, node);
  if (dryRun) return { removed: false, sentence: consequenceOf(view, node) };
  if (!removal.ready) {
    if (!isEmptied(parts, node)) await sayChange(parts, false, (_, snapshot) => emptyNode(snapshot, node));
    return { removed: false, sentence: removal.sentence };
  }
  const { id, name } = node.record;
  const { signingKey } = await parts.authority();
  parts.tellTombstone(await removeNode({ ...parts, signingKey }, id));
  await parts.source.refresh();
  const sentence = `${name} (${id}) was removed`;
  await parts.journal.tell({ kind: 'info', sentence: `${sentence}, by the operator` });
  return { removed: true, sentence };
}

/** Whether the operator's word has already taken every role from it. */
function isEmptied({ source }: WordParts, { record }: NodeView): boolean {
  const forbidden = decode(source.snapshot()).wishes[record.id]?.forbid ?? [];
  return roleNames.every((role) => role === 'node' || forbidden.includes(role));
}
