import type { Sql } from '../../roles/model/ports.ts';
import type { SqlStep } from '../../roles/model/step.ts';

export interface GateParts {
  readonly sql: Sql;
  /** The epoch of the word on the primary as this node knows it now; 0 before there is one. */
  readonly epoch: () => number;
}

/**
 * The one way by which this node's server is opened, closed or told whom to follow: one step at a time, and none that
 * follows from a word which is no longer the newest one known here.
 */
export class Gate {
  readonly #parts: GateParts;
  #queue: Promise<unknown> = Promise.resolve();

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
      await this.#parts.sql.run(step.statements, step.timeoutMs);
      return true;
    });
    this.#queue = done.catch(() => undefined);
    return done;
  }
}
