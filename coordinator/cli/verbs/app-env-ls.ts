import type { Context } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { type AsData, answer } from '../render/answer.ts';
import { oneLine } from '../render/text.ts';

/** `muster app env ls NAME`: values are shown only when asked for. */
export async function appEnvLs(
  context: Context,
  name: string,
  { values, ...options }: AsData & { readonly values?: boolean },
): Promise<number> {
  const client = await context.connect();
  if (values === true) {
    answer(context, await client.applications.variables(name), options, (report) =>
      Object.entries(report.values)
        .map(([key, value]) => `${key}=${oneLine(value)}\n`)
        .join(''),
    );
    return exitCodes.ok.code;
  }
  const { schemaVersion, application } = await client.applications.show(name);
  answer(context, { schemaVersion, variables: application.variables }, options, ({ variables }) =>
    variables.length === 0 ? `${name} has no variables of its own.\n` : `${variables.join('\n')}\n`,
  );
  return exitCodes.ok.code;
}
