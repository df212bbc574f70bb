import type { Context } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { type AsData, answer } from '../render/answer.ts';
import { renderDatabases } from '../render/databases.ts';

/** `muster db ls`: one line per database. */
export async function dbLs(context: Context, options: AsData): Promise<number> {
  const client = await context.connect();
  answer(context, await client.databases(), options, (report, paint) =>
    renderDatabases(report, context.now(), paint),
  );
  return exitCodes.ok.code;
}
