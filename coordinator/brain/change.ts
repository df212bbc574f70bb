import type { Transaction } from '../../roles/model/ports.ts';

/** A decision that is ready to be written, and what is told of it once it has been. */
export interface Change {
  readonly transaction: Transaction;
  readonly sentences: readonly string[];
}
