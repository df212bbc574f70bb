import type { Context } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { type AsData, answer } from '../render/answer.ts';
import { settingsText } from '../settings/text.ts';

/** `muster settings show`: all settings, defaults filled in. */
export async function settingsShow(context: Context, options: AsData): Promise<number> {
  const client = await context.connect();
  answer(context, await client.settings(), options, ({ settings }) => settingsText(settings));
  return exitCodes.ok.code;
}
