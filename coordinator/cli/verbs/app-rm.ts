import { type Consent, requireAnswer } from '../consent.ts';
import type { Context } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { type AsData, answer, renderSentence } from '../render/answer.ts';

export interface AppRemovalOptions extends AsData, Consent {}

/** `muster app rm NAME`: what it means first, and its name typed. */
export async function appRm(context: Context, name: string, options: AppRemovalOptions): Promise<number> {
  const client = await context.connect();
  const { application } = await client.applications.show(name);
  const hosts = application.domains.join(', ');
  context.err.write(
    `${hosts} will answer no more, and all ${String(application.releases.length)} releases go; uploads and database stay.\n`,
  );
  requireAnswer(context, options);
  if (!options.yes && (await context.operator.answer(`To remove it, type its name, ${name}:`)) !== name) {
    context.err.write('Nothing was changed.\n');
    return exitCodes.failure.code;
  }
  answer(context, await client.applications.remove(name), options, renderSentence);
  return exitCodes.ok.code;
}
