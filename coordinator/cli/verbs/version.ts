import type { Context } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';

/** `muster version` */
export async function version(context: Context): Promise<number> {
  context.out.write(`${await context.version()}\n`);
  return exitCodes.ok.code;
}
