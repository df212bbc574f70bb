import type { Clock } from '../../roles/model/ports.ts';
import type { Talk } from './parts.ts';

/** Numbered steps with their seconds, as in `[4/8] packages: 71 came new (12.3 s)`. */
export class Steps {
  readonly #talk: Talk;
  readonly #clock: Clock;
  readonly #total: number;
  #done: number;

  constructor(talk: Talk, clock: Clock, counts: { readonly before: number; readonly own: number }) {
    this.#talk = talk;
    this.#clock = clock;
    this.#done = counts.before;
    this.#total = counts.before + counts.own;
  }

  /** Runs one step; it returns what came of it in a few words. What it throws is for the caller. */
  async run(title: string, work: () => Promise<string>): Promise<void> {
    const startedMs = this.#clock.monotonicMs();
    const outcome = await work();
    const seconds = ((this.#clock.monotonicMs() - startedMs) / 1000).toFixed(1);
    this.#done += 1;
    this.#talk.say(`[${this.#done}/${this.#total}] ${title}: ${outcome} (${seconds} s)`);
  }
}
