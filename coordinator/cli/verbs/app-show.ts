import type { Context } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { type AsData, answer } from '../render/answer.ts';
import { renderApplication } from '../render/apps.ts';

/** `muster app show NAME` */
export async function appShow(context: Context, name: string, options: AsData): Promise<number> {
  const client = await context.connect();
  answer(context, await client.applications.show(name), options, ({ application }, paint) =>
    renderApplication(application, context.now(), paint),
  );
  return exitCodes.ok.code;
}
