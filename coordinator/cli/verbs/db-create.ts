import { awaitDatabase } from '../await-database.ts';
import type { Context } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { type AsData, answer } from '../render/answer.ts';
import { renderConnection } from '../render/databases.ts';

/** `muster db create NAME`: returns once the primary has made it. */
export async function dbCreate(context: Context, name: string, options: AsData): Promise<number> {
  const client = await context.connect();
  const { schemaVersion } = await client.createDatabase(name);
  await awaitDatabase(
    context,
    client,
    (databases) => databases.some((one) => one.name === name && one.state === 'ready'),
    {
      what: `the database ${name} is decided, and not made yet`,
      next: `muster db ls; it is made without another word as soon as the primary takes writes`,
    },
  );
  answer(context, { schemaVersion, sentence: `the database ${name} is there` }, options, (report) =>
    renderConnection(name, report.sentence),
  );
  return exitCodes.ok.code;
}
