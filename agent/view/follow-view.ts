import type { Clock } from '../../roles/model/ports.ts';
import type { View } from '../../roles/model/view.ts';
import { planKey } from './plan-key.ts';

/**
 * After a move of the primary the cycles of all roles wait for so long: users wait for what the servers are being told
 * just then, which a dozen looks at each machine would only be in the way of.
 */
export const calmMs = 700;

export interface FollowParts {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly view: () => View | undefined;
  /** Has the roles look at the machine now. */
  readonly wake: (view: View) => void;
}

/** Wakes the loops of the roles when there is something new to plan by. Returns what to call with whatever is new. */
export function followView({ clock, signal, view, wake }: FollowParts): () => void {
  let before = '';
  let primary: string | undefined;
  let calmUntilMs = 0;
  const follow = (): void => {
    const now = view();
    if (now === undefined || signal.aborted) return;
    const moved = primary !== undefined && primary !== now.database?.primary;
    primary = now.database?.primary;
    if (moved) {
      calmUntilMs = clock.monotonicMs() + calmMs;
      void clock.sleep(calmMs, signal).then(follow);
    }
    if (clock.monotonicMs() < calmUntilMs) return;
    const key = planKey(now);
    if (key === before) return;
    before = key;
    wake(now);
  };
  return follow;
}
