import type { Context } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { settingsText } from '../settings/text.ts';

/** `muster settings show`: all settings, defaults filled in. */
export async function settingsShow(context: Context, options: { readonly json?: boolean }): Promise<number> {
  const client = await context.connect();
  const report = await client.settings();
  context.out.write(
    options.json === true ? `${JSON.stringify(report, null, 2)}\n` : settingsText(report.settings),
  );
  return exitCodes.ok.code;
}
