import type { Context } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { type AsData, answer } from '../render/answer.ts';
import { renderWhy } from '../render/why.ts';

/** `muster why NODE` */
export async function why(context: Context, node: string, options: AsData): Promise<number> {
  const client = await context.connect();
  const report = await client.why(node);
  answer(context, report, options, (report, paint) => renderWhy(report, context.now(), paint));
  return exitCodes.ok.code;
}
