import type { Clock } from '../../roles/model/ports.ts';

/** A wait that can be cut short. A nudge while nobody waits is kept for the next wait; several are as good as one. */
export class Nudge {
  readonly #clock: Clock;
  #given = false;
  #waiting: AbortController | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  give(): void {
    this.#given = true;
    this.#waiting?.abort();
  }

  /** Resolves after `ms`, at a nudge, or when the signal aborts. One may wait at a time. */
  async wait(ms: number, signal: AbortSignal): Promise<void> {
    if (!this.#given && !signal.aborted) {
      const waiting = new AbortController();
      const end = (): void => waiting.abort();
      this.#waiting = waiting;
      signal.addEventListener('abort', end);
      await this.#clock.sleep(ms, waiting.signal);
      signal.removeEventListener('abort', end);
      this.#waiting = undefined;
    }
    this.#given = false;
  }
}
