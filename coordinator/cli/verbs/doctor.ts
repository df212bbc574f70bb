import type { Context } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { type AsData, answer } from '../render/answer.ts';
import { renderFindings } from '../render/findings.ts';

/** `muster doctor`: fails only on a failure; a warning can wait. */
export async function doctor(context: Context, options: AsData): Promise<number> {
  const client = await context.connect();
  const report = await client.doctor();
  answer(context, report, options, renderFindings);
  const failed = report.findings.some(({ level }) => level === 'failure');
  return failed ? exitCodes.failure.code : exitCodes.ok.code;
}
