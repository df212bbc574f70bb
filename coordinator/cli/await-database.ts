import type { DatabasesReport } from '../../agent/api/contract-databases.ts';
import { MusterError } from '../../roles/model/errors.ts';
import type { Client } from './client.ts';
import type { Context } from './context.ts';

/** The primary acts on a decision at once; twenty seconds are for one that is just being moved. */
const everyMs = 200;
const mostLooks = 100;

/** Waits until the list of databases says so, or fails with what stands in the way. `next`: what to run then. */
export async function awaitDatabase(
  context: Context,
  client: Client,
  fits: (databases: DatabasesReport['databases']) => boolean,
  late: { readonly what: string; readonly next: string },
): Promise<void> {
  for (let look = 1; ; look += 1) {
    const { databases, trouble } = await client.databases();
    if (fits(databases)) return;
    if (context.signal.aborted || look === mostLooks) {
      const why = trouble ?? 'the primary has not said yet that it is done';
      throw new MusterError('not-serving', { ...late, why });
    }
    await context.operator.pause(everyMs);
  }
}
