import type { Context } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { type AsData, answer } from '../render/answer.ts';
import { renderApplications } from '../render/apps.ts';

/** `muster app ls`: one line per application. */
export async function appLs(context: Context, options: AsData): Promise<number> {
  const client = await context.connect();
  answer(context, await client.applications.list(), options, renderApplications);
  return exitCodes.ok.code;
}
