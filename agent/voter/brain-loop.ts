import { waitedFor } from '../../coordinator/brain/applications.ts';
import { think } from '../../coordinator/brain/brain.ts';
import { Candidate } from '../../coordinator/brain/leadership.ts';
import { MusterError, messageOf } from '../../roles/model/errors.ts';
import type { NodeId } from '../../roles/model/node.ts';
import type { Clock, Decisions, Random } from '../../roles/model/ports.ts';
import type { View } from '../../roles/model/view.ts';
import { roles } from '../../roles/registry.ts';
import type { Membership } from '../cluster/membership-parts.ts';
import type { DecisionSource } from '../decisions/source.ts';
import type { Journal } from '../reconcile/journal.ts';
import { startLoop } from '../reconcile/loop.ts';
import { Silences } from './silences.ts';

export interface BrainLoopParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly signal: AbortSignal;
  readonly journal: Journal;
  readonly source: DecisionSource;
  readonly view: () => View | undefined;
  readonly self: NodeId;
  /** Calls the listener whenever something is heard of other nodes. */
  readonly onFacts: (listener: () => void) => void;
  /** Undefined until this node listens to the others. */
  readonly membership: () => Membership | undefined;
  /** Goes on with a move of the database's primary that was cut off. */
  readonly goOn: () => Promise<string>;
  /** Keeps the authority's key where it can be found when a node dies, and every other secret with those who need it. */
  readonly keepSecrets: (decisions: Decisions) => Promise<void>;
}

/** A third of the lease: two renewals may fail before it ends. */
const periodMs = 3_000;

/** Lets this node's brain lead and decide whenever the store answers; resigns at the end. */
export async function startBrain(parts: BrainLoopParts): Promise<void> {
  const { clock, random, signal, source, journal } = parts;
  const silences = new Silences(clock);
  let candidate: Candidate | undefined;
  const placeable = roles.flatMap(({ name, summary }) => (name === 'node' ? [] : [{ role: name, summary }]));
  let trouble = '';
  const loop = startLoop({
    clock,
    random,
    periodMs,
    signal,
    run: async () => {
      const view = parts.view();
      const decisions = source.store();
      const silence = silences.look(parts.membership()?.findings() ?? {});
      if (view === undefined || decisions === undefined || !source.answers()) return false;
      candidate ??= new Candidate(decisions, clock, parts.self);
      const brain = { decisions, candidate, placeable, silence: () => silence, now: () => clock.now() };
      const sentences = await think(brain, view, source.snapshot());
      await parts.keepSecrets(decisions);
      if (view.database?.move !== undefined) await parts.goOn();
      for (const sentence of sentences) await journal.tell({ kind: 'info', sentence });
      if (sentences.length > 0) await source.refresh();
      trouble = '';
      return false;
    },
    onError: async (error) => {
      // A store that does not answer is told by whoever watches it; everything else is told once.
      if (error instanceof MusterError && error.code === 'store-unreachable') return;
      const sentence = `the brain could not decide: ${messageOf(error)}`;
      if (sentence !== trouble) await journal.tell({ kind: 'error', sentence });
      trouble = sentence;
    },
  });
  // A newcomer need not wait for its roles.
  source.onChange(() => loop.wake());
  // Nor need a release wait for the next turn once the last node is ready for it.
  let waiting = '';
  parts.onFacts(() => {
    const now = waitingFor(parts.view());
    if (now === waiting) return;
    waiting = now;
    loop.wake();
  });
  await loop.ended;
  if (source.answers()) await candidate?.resign().catch(() => undefined);
}

/** Whom releases on their way wait for, as a text to compare. */
function waitingFor(view: View | undefined): string {
  const waits = (view?.applications ?? []).map((application) =>
    view === undefined
      ? []
      : waitedFor(view, application).map(({ record, facts }) => [record.id, facts?.details?.web]),
  );
  return JSON.stringify(waits);
}
