import type { Context } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { type AsData, answer } from '../render/answer.ts';
import { renderCaches } from '../render/caches.ts';

/** `muster cache status`: one line per cache. */
export async function cacheStatus(context: Context, options: AsData): Promise<number> {
  const client = await context.connect();
  answer(context, await client.caches(), options, (report, paint) =>
    renderCaches(report, context.now(), paint),
  );
  return exitCodes.ok.code;
}
