import { MemoryDecisions } from '../../coordinator/store/memory.ts';
import type { Transaction, TransactionResult } from '../../roles/model/ports.ts';

/** A store in which somebody else may be quicker: what is in `meanwhile` is done just before the next transactions. */
export class RacedDecisions extends MemoryDecisions {
  readonly meanwhile: (() => Promise<unknown>)[] = [];
  /** True: the next transaction is carried out, and its answer gets lost. */
  losesAnswer = false;

  /** What the quicker one does, itself overtaken by nobody. */
  undisturbed(transaction: Transaction): Promise<TransactionResult> {
    return super.transact(transaction);
  }

  override async transact(transaction: Transaction): Promise<TransactionResult> {
    await this.meanwhile.shift()?.();
    const result = await super.transact(transaction);
    if (!this.losesAnswer) return result;
    this.losesAnswer = false;
    this.setReachable(false);
    return super.transact(transaction);
  }
}
