import type { Clock } from '../../roles/model/ports.ts';

const firstPauseMs = 1_000;

/** A service that fails for long is tried once a minute: often enough to heal, too seldom to hurt. */
const longestPauseMs = 60_000;

/** A start that holds this long was a good one; the next failure counts as the first again. */
const settledMs = 60_000;

/** Growing pauses between starts of a service that does not stay up. */
export class BackOff {
  readonly #clock: Clock;
  readonly #tries = new Map<string, { count: number; atMs: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Milliseconds still to wait before `unit` may be started; 0 when it may be now. */
  waitMs(unit: string): number {
    const last = this.#tries.get(unit);
    if (last === undefined) return 0;
    return Math.max(0, last.atMs + pauseMs(last.count) - this.#clock.monotonicMs());
  }

  /** Notes a start that is about to be made. */
  started(unit: string): void {
    const nowMs = this.#clock.monotonicMs();
    const last = this.#tries.get(unit);
    const count =
      last === undefined || nowMs - last.atMs > pauseMs(last.count) + settledMs ? 1 : last.count + 1;
    this.#tries.set(unit, { count, atMs: nowMs });
  }
}

function pauseMs(count: number): number {
  return Math.min(longestPauseMs, firstPauseMs * 2 ** (count - 1));
}
