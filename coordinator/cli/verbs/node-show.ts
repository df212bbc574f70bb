import type { Context } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { type AsData, answer } from '../render/answer.ts';
import { renderNode } from '../render/node.ts';

/** `muster node show NODE`: all that is known of one node. */
export async function nodeShow(context: Context, node: string, options: AsData): Promise<number> {
  const client = await context.connect();
  const report = await client.node(node);
  answer(context, report, options, (report, paint) => renderNode(report, context.now(), paint));
  return exitCodes.ok.code;
}
