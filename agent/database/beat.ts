import { dutyOf } from '../../roles/db/duty.ts';
import { judgeLag, type LagJudgement, unknownLag } from '../../roles/db/lag.ts';
import { DbSettings } from '../../roles/db/settings.ts';
import { lagOf, lagQuestion } from '../../roles/db/state.ts';
import { heartbeat } from '../../roles/db/statements.ts';
import type { Details } from '../../roles/model/facts.ts';
import type { Clock, Questions, Random, Sql } from '../../roles/model/ports.ts';
import { selfOf, type View } from '../../roles/model/view.ts';
import { unlessAborted } from '../reconcile/aborted.ts';
import { type Loop, startLoop } from '../reconcile/loop.ts';

export interface BeatParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly signal: AbortSignal;
  readonly sql: Sql;
  readonly questions: Questions;
  readonly view: () => View | undefined;
  /** Writes stand still; returns whether they may go on now. */
  readonly onStuck: () => Promise<boolean>;
  /** Hears at once when a replica falls behind, or has caught up. */
  readonly onLag: (words: Details) => void;
}

/** A replica is known to be late within a second of the limit: two samples, and the way to the others. */
const periodMs = 250;

/** Each sign of life is a commit on every server, so there are half as many as looks at them. */
const beatMs = 500;

/** A write that takes longer waits for an acknowledgement; the next one, on another row, may bring it. */
const beatTimeoutMs = 2_000;
const afterStuckMs = 2_500;

/** What was not refused within this time was waiting: for a row (1 s) or for an acknowledgement. */
const stuckAfterMs = 900;

/** The primary writes the time into a row; every replica reads off it how far behind it is. */
export function startBeat(parts: BeatParts): Loop {
  const { clock } = parts;
  let judged: LagJudgement = unknownLag;
  let [count, dueMs] = [0, 0];
  return startLoop({
    ...parts,
    periodMs,
    run: async () => {
      const view = parts.view();
      if (view === undefined || !selfOf(view).roles.includes('db')) return false;
      const duty = dutyOf(view).kind;
      const nowMs = clock.monotonicMs();
      if (duty === 'primary' && nowMs >= dueMs) {
        dueMs = nowMs + afterStuckMs;
        count += 1;
        if (await beats(parts, count)) dueMs = nowMs + beatMs;
      }
      if (duty === 'primary' || duty === 'wait') judged = unknownLag;
      else judged = await judge(parts, view, judged);
      parts.onLag(duty === 'primary' || duty === 'wait' ? {} : { lag: judged.lag });
      return false;
    },
    // A server that is not there is told by the role's own cycle.
    onError: async () => undefined,
  });
}

/** Whether the next sign of life may follow at once: this one was written, or what held it up is out of the way. */
async function beats({ clock, sql, signal, onStuck }: BeatParts, count: number): Promise<boolean> {
  const startedMs = clock.monotonicMs();
  try {
    await unlessAborted(signal, sql.run(heartbeat(count), beatTimeoutMs));
    return true;
  } catch (error) {
    // A refusal comes at once, and is told by the role's own cycle.
    if (clock.monotonicMs() - startedMs < stuckAfterMs) throw error;
    return onStuck();
  }
}

async function judge({ questions }: BeatParts, view: View, before: LagJudgement): Promise<LagJudgement> {
  const { lagLimitSeconds } = DbSettings.parse(view.settings['db'] ?? {});
  return judgeLag(before, lagOf(await questions.ask(lagQuestion)), lagLimitSeconds);
}
