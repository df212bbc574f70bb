import type { Transaction } from '../../roles/model/ports.ts';

/** A decision that is ready to be written, and what is told of it once it has been. */
export interface Change {
  readonly transaction: Transaction;
  readonly sentences: readonly string[];
}

/** Several changes in one transaction: all of them, or none. No two of them may write one key. */
export function together(changes: readonly Change[]): Change {
  const transactions = changes.map(({ transaction }) => transaction);
  return {
    transaction: {
      conditions: transactions.flatMap(({ conditions }) => conditions),
      put: Object.fromEntries(transactions.flatMap(({ put = {} }) => Object.entries(put))),
      remove: transactions.flatMap(({ remove = [] }) => remove),
    },
    sentences: changes.flatMap(({ sentences }) => sentences),
  };
}
