import type { Client } from '../client.ts';
import { type Consent, requireAnswer } from '../consent.ts';
import type { Context } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { removeInTurns } from '../removal.ts';
import { type AsData, answer, renderSentence } from '../render/answer.ts';

export interface RemovalOptions extends AsData, Consent {
  readonly dryRun?: boolean;
}

/** `muster node rm NODE`: what it means first, then one turn after another until the node is gone. */
export async function nodeRm(context: Context, node: string, options: RemovalOptions): Promise<number> {
  const client = await context.connect();
  const outlook = await client.removeNode(node, true);
  if (options.dryRun === true) {
    answer(context, outlook, options, renderSentence);
    return exitCodes.ok.code;
  }
  context.err.write(renderSentence(outlook));
  requireAnswer(context, options);
  if (!options.yes && !(await isNamed(context, client, node))) {
    context.err.write('Nothing was changed.\n');
    return exitCodes.failure.code;
  }
  const gone = await removeInTurns(context, client, node);
  if (gone === undefined) return exitCodes.interrupted.code;
  answer(context, gone, options, renderSentence);
  return exitCodes.ok.code;
}

/** A yes is too quickly said for what cannot be taken back. */
async function isNamed(context: Context, client: Client, node: string): Promise<boolean> {
  const { name } = (await client.node(node)).node;
  return (await context.operator.answer(`To remove it, type its name, ${name}:`)) === name;
}
