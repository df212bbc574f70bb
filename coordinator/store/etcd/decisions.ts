import { MusterError } from '../../../roles/model/errors.ts';
import type { Decisions, Snapshot, Transaction, TransactionResult } from '../../../roles/model/ports.ts';
import { leaseGone, transactionRefused } from '../errors.ts';
import { rangeOf, txnOf } from './encode.ts';
import { Gateway, type GatewayOptions } from './gateway.ts';
import { type GatewayRefusal, grpcCodes } from './refusal.ts';
import { Anything, GrantAnswer, KeepaliveAnswer, RangeAnswer, TxnAnswer } from './schemas.ts';
import { watch } from './watch.ts';

/**
 * The store of decisions in etcd 3.4, over its JSON gateway.
 *
 * A lease lives for at least its seconds from the moment a renewal reached etcd, and may live longer: etcd looks for
 * ended leases twice a second (5.4 s seen at 5 s), starts all of them anew after an election or a restart, and
 * raises what is below 1.5 elections (3 s). So a holder counts from the moment the renewal was *sent*, and a
 * successor waits for the key to go.
 */
export class EtcdDecisions implements Decisions {
  readonly #gateway: Gateway;

  constructor(options: GatewayOptions) {
    this.#gateway = new Gateway(options);
  }

  async read(prefix: string): Promise<Snapshot> {
    const { header, kvs } = await this.#gateway.ask('/v3/kv/range', rangeOf(prefix), RangeAnswer);
    const entries = kvs.map(
      ({ key, value, mod_revision: modRevision }) => [key, { value, modRevision }] as const,
    );
    return { revision: header.revision, entries: Object.fromEntries(entries) };
  }

  async transact(transaction: Transaction): Promise<TransactionResult> {
    const explain = (refusal: GatewayRefusal): Error | undefined => whyRefused(transaction, refusal);
    const { header, succeeded } = await this.#gateway.ask(
      '/v3/kv/txn',
      txnOf(transaction),
      TxnAnswer,
      explain,
    );
    return { committed: succeeded, revision: header.revision };
  }

  watch(prefix: string, onHint: () => void, signal: AbortSignal): Promise<void> {
    return watch(this.#gateway, prefix, onHint, signal);
  }

  async grantLease(seconds: number): Promise<string> {
    const { ID } = await this.#gateway.ask('/v3/lease/grant', { TTL: String(seconds) }, GrantAnswer);
    return ID;
  }

  async renewLease(lease: string): Promise<boolean> {
    const { result } = await this.#gateway.ask('/v3/lease/keepalive', { ID: lease }, KeepaliveAnswer);
    return result.TTL > 0;
  }

  async revokeLease(lease: string): Promise<void> {
    try {
      await this.#gateway.ask('/v3/lease/revoke', { ID: lease }, Anything, (refusal) =>
        refusal.code === grpcCodes.notFound ? leaseGone(lease) : undefined,
      );
    } catch (error) {
      // Over already is what was asked for.
      if (!(error instanceof MusterError && error.code === 'not-found')) throw error;
    }
  }

  /** Closes idle connections; the adapter is of no use afterwards. */
  close(): void {
    this.#gateway.close();
  }
}

function whyRefused({ lease }: Transaction, refusal: GatewayRefusal): Error | undefined {
  if (refusal.code === grpcCodes.notFound && lease !== undefined) return leaseGone(lease);
  if (refusal.code === grpcCodes.invalidArgument) return transactionRefused(refusal.message);
  return undefined;
}
