import type { Consent } from '../consent.ts';
import type { Context } from '../context.ts';
import { assign } from '../settings/assign.ts';
import { propose } from '../settings/propose.ts';

/** `muster settings set KEY=VALUE…`: all of them or none. */
export async function settingsSet(
  context: Context,
  assignments: readonly string[],
  consent: Consent,
): Promise<number> {
  const client = await context.connect();
  const before = await client.settings();
  const { schema } = await client.settingsSchema();
  return propose(context, before, assign(before.settings, schema, assignments), consent);
}
