import { messageOf } from '../../roles/model/errors.ts';
import type { Random } from '../../roles/model/ports.ts';
import type { DecisionSource } from '../decisions/source.ts';
import { startLoop } from '../reconcile/loop.ts';
import { type KeepOrdersParts, keepOrders } from './keep-orders.ts';

export interface OrdersLoopParts extends Omit<KeepOrdersParts, 'source' | 'request'> {
  readonly source: DecisionSource;
  readonly random: Random;
  readonly signal: AbortSignal;
}

/** How often an authority is asked how far it is; where nothing is under way a turn costs a look into memory. */
const periodMs = 3_000;

/** Obtains certificates as long as this node leads. Beside the brain: an authority that is slow must not cost the lease. */
export async function runOrders(parts: OrdersLoopParts): Promise<void> {
  const { journal, source } = parts;
  let told = '';
  const tell = async (kind: 'info' | 'error', sentence: string): Promise<void> => {
    if (sentence !== told) await journal.tell({ kind, sentence });
    told = sentence;
  };
  const loop = startLoop({
    ...parts,
    periodMs,
    run: async () => {
      const waiting = await keepOrders({
        ...parts,
        request: async (domains, keyPem) => {
          const { certificateRequest } = await import('../host/certificate-request.ts');
          return certificateRequest(domains, keyPem);
        },
      });
      if (waiting === undefined) told = '';
      else await tell('info', waiting);
      return false;
    },
    onError: (error) => tell('error', `certificates: ${messageOf(error)}`),
  });
  source.onChange(() => loop.wake());
  await loop.ended;
}
