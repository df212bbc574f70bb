import type { Context } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { type AsData, answer, renderSentence } from '../render/answer.ts';
import { renderCredentials } from '../render/databases.ts';

export interface CredentialsOptions extends AsData {
  readonly rotate?: boolean;
}

/** `muster db credentials NAME`: what a client needs; with `--rotate` a new password first. */
export async function dbCredentials(
  context: Context,
  name: string,
  options: CredentialsOptions,
): Promise<number> {
  const client = await context.connect();
  if (options.rotate === true) context.err.write(renderSentence(await client.rotatePassword(name)));
  answer(context, await client.credentials(name), options, renderCredentials);
  return exitCodes.ok.code;
}
