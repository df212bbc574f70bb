import type { Clock } from '../../../roles/model/ports.ts';

/** Lets a loop sleep until its time or until somebody rings. */
export class Bell {
  #rung = new AbortController();

  ring(): void {
    this.#rung.abort();
    this.#rung = new AbortController();
  }

  wait(ms: number, clock: Clock): Promise<void> {
    return clock.sleep(ms, this.#rung.signal);
  }
}
