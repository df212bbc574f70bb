import type { Context } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { type AsData, answer } from '../render/answer.ts';
import { renderPlan } from '../render/plan.ts';

/** `muster plan`: what the agent would do now, and nothing done. */
export async function plan(context: Context, options: AsData): Promise<number> {
  const client = await context.connect();
  const report = await client.plan();
  answer(context, report, options, renderPlan);
  return report.steps.length === 0 ? exitCodes.ok.code : exitCodes.changes.code;
}
