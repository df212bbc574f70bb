import { MusterError } from '../../../roles/model/errors.ts';
import { awaitDatabase } from '../await-database.ts';
import { type Consent, requireAnswer } from '../consent.ts';
import type { Context } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { type AsData, answer, renderSentence } from '../render/answer.ts';
import { sizeOf } from '../render/databases.ts';

/** `muster db drop NAME`: says what goes, and asks for the name: a yes is too quickly said. */
export async function dbDrop(context: Context, name: string, options: AsData & Consent): Promise<number> {
  const client = await context.connect();
  const { schemaVersion, databases } = await client.databases();
  const found = databases.find((one) => one.name === name);
  if (found === undefined) throw unknown(name);
  const holds = `The database ${name} holds ${sizeOf(found.bytes)}. All of it is deleted, on every node.\n`;
  context.err.write(holds);
  requireAnswer(context, options);
  if (!options.yes && (await context.operator.answer(`To drop it, type its name, ${name}:`)) !== name) {
    context.err.write('Nothing was changed.\n');
    return exitCodes.failure.code;
  }
  if (found.state !== 'being dropped') await client.dropDatabase(name);
  await awaitDatabase(context, client, (all) => all.every((one) => one.name !== name), {
    what: `the database ${name} is to be dropped, and not gone yet`,
    next: 'muster db ls; it goes without another word as soon as the primary takes writes',
  });
  answer(context, { schemaVersion, sentence: `the database ${name} is gone` }, options, renderSentence);
  return exitCodes.ok.code;
}

function unknown(name: string): MusterError {
  return new MusterError('not-found', {
    what: `there is no database ${name}`,
    why: 'none of this name was made, or it was dropped',
    next: 'muster db ls',
  });
}
