import type { Context } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { type AsData, answer } from '../render/answer.ts';
import { renderLimits, renderLines } from '../render/tokens.ts';

export interface TokenCreateOptions extends AsData {
  readonly uses?: number;
  readonly minutes?: number;
}

/** `muster token create`: the line to paste on the next machine. */
export async function tokenCreate(context: Context, options: TokenCreateOptions): Promise<number> {
  const { uses, minutes: lifetimeMinutes } = options;
  const client = await context.connect();
  const report = await client.createToken({ uses, lifetimeMinutes });
  answer(context, report, options, renderLines);
  if (options.json !== true) context.err.write(renderLimits(report));
  return exitCodes.ok.code;
}
