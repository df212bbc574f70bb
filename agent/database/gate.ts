import type { Clock, Sql } from '../../roles/model/ports.ts';
import type { SqlStep } from '../../roles/model/step.ts';

export interface GateParts {
  readonly sql: Sql;
  readonly clock: Pick<Clock, 'monotonicMs'>;
  /** The epoch of the word on the primary as this node knows it now; 0 before there is one. */
  readonly epoch: () => number;
}

/** The cycle and the hand look side by side; what one of them has just done the other one has not seen yet. */
const justDoneMs = 1_000;

/**
 * The one way by which this node's server is opened, closed or told whom to follow: one step at a time, and none that
 * follows from a word which is no longer the newest one known here.
 */
export class Gate {
  readonly #parts: GateParts;
  #queue: Promise<unknown> = Promise.resolve();
  #last = { what: '', atMs: Number.NEGATIVE_INFINITY };

  constructor(parts: GateParts) {
    this.#parts = parts;
  }

  /** Whether nothing later than this word is known here. */
  isNewest(epoch: number): boolean {
    return epoch === this.#parts.epoch();
  }

  /** False where the word has changed, and nothing was done. Rejects with `sql-failed`. */
  carryOut(step: SqlStep): Promise<boolean> {
    const done = this.#queue.then(async () => {
      if (!this.isNewest(step.epoch)) return false;
      const what = JSON.stringify([step.epoch, step.statements]);
      const now = (): number => this.#parts.clock.monotonicMs();
      if (what === this.#last.what && now() - this.#last.atMs < justDoneMs) return true;
      await this.#parts.sql.run(step.statements, step.timeoutMs);
      this.#last = { what, atMs: now() };
      return true;
    });
    this.#queue = done.catch(() => undefined);
    return done;
  }
}
