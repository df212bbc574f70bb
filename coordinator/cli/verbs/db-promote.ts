import { requireAnswer } from '../consent.ts';
import type { Context } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { type AsData, answer, renderSentence } from '../render/answer.ts';

export interface PromoteOptions extends AsData {
  readonly yes?: boolean;
  readonly dryRun?: boolean;
}

/** `muster db promote NODE`: what would be lost, a yes, and then the move. */
export async function dbPromote(context: Context, node: string, options: PromoteOptions): Promise<number> {
  const { yes = false, dryRun = false, json = false } = options;
  const client = await context.connect();
  const wish = { node, lost: true };
  const outlook = await client.movePrimary(wish, true);
  if (dryRun) {
    answer(context, outlook, { json }, renderSentence);
    return exitCodes.ok.code;
  }
  context.err.write(renderSentence(outlook));
  requireAnswer(context, { yes });
  if (!yes && (await context.operator.answer(`To promote it, type ${node}:`)) !== node) {
    context.err.write('Nothing was changed.\n');
    return exitCodes.failure.code;
  }
  answer(context, await client.movePrimary(wish, false), { json }, renderSentence);
  return exitCodes.ok.code;
}
