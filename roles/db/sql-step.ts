import type { SqlStep } from '../model/step.ts';

/** Longer than anything that is waited for within a statement. */
const timeoutMs = 15_000;

/** Steps that follow from one word on the primary. */
export function sqlStep(
  epoch: number,
): (what: string, statements: readonly string[], why: string) => SqlStep {
  return (what, statements, why) => ({ kind: 'sql', what, statements, epoch, timeoutMs, why });
}
