import { MusterError } from '../../../roles/model/errors.ts';
import type { Context } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { type PurgeOptions, purgeTarget } from '../purge-target.ts';
import { type AsData, answer, renderSentence } from '../render/answer.ts';

/** Balancers take a purge in within a second, mostly; that is looked for so often, five seconds in all. */
const lookEveryMs = 100;
const mostLooks = 50;

/** `muster cache purge`: returns once no balancer takes an old copy any more, or says which one may. */
export async function cachePurge(
  context: Context,
  url: string | undefined,
  options: AsData & PurgeOptions,
): Promise<number> {
  const target = purgeTarget(url, options);
  const client = await context.connect();
  const report = await client.purge(target);
  let waiting: readonly string[] = [];
  for (let look = 0; look < mostLooks && !context.signal.aborted; look += 1) {
    const now = await client.cache();
    waiting = now.version < report.version ? ['this node'] : now.waiting;
    if (waiting.length === 0) {
      answer(context, report, options, renderSentence);
      return exitCodes.ok.code;
    }
    await context.operator.pause(lookEveryMs);
  }
  if (context.signal.aborted) return exitCodes.interrupted.code;
  throw new MusterError('not-purged', {
    what: `the purge is decided, and not yet in force everywhere: ${waiting.join(', ')}`,
    why: 'the agent there has not said that its HAProxy knows of it; until then old pages may come from there',
    next: `muster status; on that machine: muster events -n 20`,
  });
}
