import type { Context, Shell } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';

/** `muster completion SHELL`: the script that teaches the shell. */
export async function completion(context: Context, shell: Shell): Promise<number> {
  context.out.write(await context.operator.completion(shell));
  return exitCodes.ok.code;
}
