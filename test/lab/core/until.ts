import { setTimeout as pause } from 'node:timers/promises';

import { LabProblem } from './problem.ts';

/** Asks again and again until there is an answer; a deadline that passes is told with the last words heard. */
export const until = async <T>(
  what: string,
  ask: () => Promise<T | undefined>,
  options: {
    readonly deadlineMs: number;
    readonly everyMs?: number;
    readonly lastWords?: () => Promise<string>;
  },
): Promise<T> => {
  const begun = performance.now();
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (performance.now() - begun > options.deadlineMs) {
      const last = (await options.lastWords?.()) ?? '';
      throw new LabProblem(
        `Waited ${options.deadlineMs / 1000} s in vain for this: ${what}.${last ? `\n${last}` : ''}`,
        'npm run lab -- down',
      );
    }
    await pause(options.everyMs ?? 50);
  }
};
