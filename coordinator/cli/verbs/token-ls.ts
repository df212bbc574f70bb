import type { Context } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { type AsData, answer } from '../render/answer.ts';
import { renderTokens } from '../render/tokens.ts';

/** `muster token ls`: what has become of each token. */
export async function tokenLs(context: Context, options: AsData): Promise<number> {
  const client = await context.connect();
  const report = await client.tokens();
  answer(context, report, options, (report, paint) => renderTokens(report, context.now(), paint));
  return exitCodes.ok.code;
}
