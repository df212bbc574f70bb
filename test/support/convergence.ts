import { expect } from 'vitest';
import type { Observed } from '../../roles/model/observed.ts';
import type { Step } from '../../roles/model/step.ts';
import { type ApplyRuntime, applySteps } from './apply-steps.ts';

/**
 * The property every plan must have: carry out its first k steps, plan again, carry that out, and the machine is at
 * the same end as without the interruption, for every k; there, nothing is left to do.
 */
export function expectConvergence(
  plan: (observed: Observed) => readonly Step[],
  start: Observed,
  applyRuntime?: ApplyRuntime,
): void {
  const steps = plan(start);
  const end = applySteps(start, steps, applyRuntime);
  expect(plan(end), 'a plan carried out leaves nothing to do').toEqual([]);
  for (let done = 0; done < steps.length; done += 1) {
    const interrupted = applySteps(start, steps.slice(0, done), applyRuntime);
    const resumed = applySteps(interrupted, plan(interrupted), applyRuntime);
    expect(resumed, `interrupted after ${String(done)} of ${String(steps.length)} steps`).toEqual(end);
  }
}
