import type { Command } from 'commander';
import { candidates } from '../complete/candidates.ts';
import { liveWords } from '../complete/live.ts';
import { treeOf } from '../complete/tree.ts';
import type { Context } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';

/** `muster __complete WORDS…`, for the shells' scripts: what the last word could become, one a line. */
export async function complete(
  context: Context,
  program: Command,
  words: readonly string[],
): Promise<number> {
  const found = await candidates(treeOf(program), words, liveWords(context));
  context.out.write(found.map((word) => `${word}\n`).join(''));
  return exitCodes.ok.code;
}
