import type { Context } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';

/**
 * `muster db shell [NAME]`: the SQL client, at the writes' endpoint of this machine; without a name at its own server,
 * where root needs no password.
 */
export async function dbShell(context: Context, name: string | undefined): Promise<number> {
  const place = name === undefined ? undefined : await placeOf(context, name);
  return (await context.operator.sql(place)) ? exitCodes.ok.code : exitCodes.failure.code;
}

async function placeOf(context: Context, name: string): Promise<Parameters<Context['operator']['sql']>[0]> {
  const client = await context.connect();
  const { user, password, host, port } = await client.credentials(name);
  return { database: name, user, password, host, port };
}
