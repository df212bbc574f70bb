import type { Context } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { renderFindings } from '../render/findings.ts';
import { painter } from '../render/text.ts';

/** `muster doctor`: fails only on a failure; a warning can wait. */
export async function doctor(context: Context, options: { readonly json?: boolean }): Promise<number> {
  const client = await context.connect();
  const report = await client.doctor();
  context.out.write(
    options.json === true
      ? `${JSON.stringify(report, null, 2)}\n`
      : renderFindings(report, painter(context.out)),
  );
  const failed = report.findings.some(({ level }) => level === 'failure');
  return failed ? exitCodes.failure.code : exitCodes.ok.code;
}
