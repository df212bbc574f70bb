import type { PlanReport } from '../../../agent/api/contract.ts';
import { renderDiff } from './diff.ts';
import { oneLine, type Paint } from './text.ts';

/** The steps in their order, each with its reason and what it makes of a file. */
export function renderPlan({ steps }: PlanReport, paint: Paint): string {
  if (steps.length === 0) return 'Nothing to do: this node is as it shall be.\n';
  const count = steps.length === 1 ? '1 step' : `${String(steps.length)} steps`;
  const blocks = steps.map(({ role, what, why, diff }, index) => {
    const head = `${String(index + 1)}. ${paint('bold', `${role}: ${oneLine(what)}`)}\n   ${oneLine(why)}\n`;
    return diff === '' ? head : `${head}${renderDiff(diff.trimEnd(), paint)}\n`;
  });
  return `${count} on this node:\n\n${blocks.join('\n')}`;
}
