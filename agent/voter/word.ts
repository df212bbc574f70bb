import type { Change } from '../../coordinator/brain/change.ts';
import { MusterError } from '../../roles/model/errors.ts';
import type { Decisions, Snapshot } from '../../roles/model/ports.ts';
import type { View } from '../../roles/model/view.ts';
import { untilCommitted } from '../admission/attempts.ts';
import type { DecisionSource } from '../decisions/source.ts';
import type { Journal } from '../reconcile/journal.ts';

/** What an operator's word is carried out with. */
export interface WordParts {
  readonly decisions: Decisions;
  readonly journal: Journal;
  readonly source: Pick<DecisionSource, 'snapshot' | 'refresh'>;
  readonly view: () => View | undefined;
}

/**
 * Carries out one change as it is right now: it is decided from the newest view, and anew where another change came
 * first. Returns its sentences; a dry run changes nothing.
 */
export function sayChange(
  parts: WordParts,
  dryRun: boolean,
  decide: (view: View, snapshot: Snapshot) => Change,
): Promise<string> {
  return untilCommitted(async () => {
    await parts.source.refresh();
    const { transaction, sentences } = decide(requireView(parts), parts.source.snapshot());
    const sentence = sentences.join('; ');
    if (dryRun) return sentence;
    const { committed } = await parts.decisions.transact(transaction);
    if (!committed) return undefined;
    await parts.source.refresh();
    await parts.journal.tell({ kind: 'info', sentence: `${sentence}, by the operator` });
    return sentence;
  });
}

/** The newest view. Throws `store-unreachable` while there is none. */
export function requireView({ view }: Pick<WordParts, 'view'>): View {
  const now = view();
  if (now !== undefined) return now;
  throw new MusterError('store-unreachable', {
    what: 'the agent does not know yet what the cluster has decided',
    why: 'it has just started',
    next: 'the same command in a few seconds',
  });
}
