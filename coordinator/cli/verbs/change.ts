import type { ChangeReport } from '../../../agent/api/contract.ts';
import type { Client } from '../client.ts';
import type { Context } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { type AsData, answer, renderSentence } from '../render/answer.ts';

/** A verb that changes one thing at once; its answer is the sentence of what has changed. */
export async function change(
  context: Context,
  options: AsData,
  make: (client: Client) => Promise<ChangeReport>,
): Promise<number> {
  const client = await context.connect();
  answer(context, await make(client), options, renderSentence);
  return exitCodes.ok.code;
}
