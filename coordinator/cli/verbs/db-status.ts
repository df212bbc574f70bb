import type { Context } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { type AsData, answer } from '../render/answer.ts';
import { renderServers } from '../render/servers.ts';

/** `muster db status`: one line per server. */
export async function dbStatus(context: Context, options: AsData): Promise<number> {
  const client = await context.connect();
  answer(context, await client.databaseServers(), options, (report, paint) =>
    renderServers(report, context.now(), paint),
  );
  return exitCodes.ok.code;
}
