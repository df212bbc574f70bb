import type { Clock } from '../../roles/model/ports.ts';

/** Every question here is answered within 0.2 s on a machine that is well; after this it counts as unknown. */
const patienceMs = 5_000;

/** How long a look at the hardware may wait. */
export interface Patience {
  readonly clock: Clock;
  /** Whoever ends waits for nobody. */
  readonly signal: AbortSignal;
}

/** What came in time; undefined where nothing did, or a failure. The one who was asked is not stopped by it. */
export async function inTime<T>(answer: Promise<T>, { clock, signal }: Patience): Promise<T | undefined> {
  const answered = new AbortController();
  const over = clock.sleep(patienceMs, AbortSignal.any([signal, answered.signal]));
  try {
    return await Promise.race([answer.catch(() => undefined), over.then(() => undefined)]);
  } finally {
    answered.abort();
  }
}

/**
 * Something that stays as it is while the machine runs, and costs a program to find out: asked once. One that hangs is
 * not asked again beside itself; what it says in the end counts from the next look on. One that failed is.
 */
export class Once<T> {
  readonly #ask: () => Promise<T>;
  #answer: Promise<T> | undefined;

  constructor(ask: () => Promise<T>) {
    this.#ask = ask;
  }

  read(patience: Patience): Promise<T | undefined> {
    this.#answer ??= this.#ask().catch((error: unknown) => {
      this.#answer = undefined;
      throw error;
    });
    return inTime(this.#answer, patience);
  }
}
