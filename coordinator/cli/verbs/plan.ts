import type { Context } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { renderPlan } from '../render/plan.ts';
import { painter } from '../render/text.ts';

/** `muster plan`: what the agent would do now, and nothing done. */
export async function plan(context: Context, options: { readonly json?: boolean }): Promise<number> {
  const client = await context.connect();
  const report = await client.plan();
  context.out.write(
    options.json === true ? `${JSON.stringify(report, null, 2)}\n` : renderPlan(report, painter(context.out)),
  );
  return report.steps.length === 0 ? exitCodes.ok.code : exitCodes.changes.code;
}
