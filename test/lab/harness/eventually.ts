import { setTimeout as pause } from 'node:timers/promises';

/** How long is waited for something, and how often it is looked at. */
export interface Patience {
  readonly deadlineMs: number;
  readonly everyMs?: number;
}

const EVERY_MS = 200;
const TOLD_CHARACTERS = 2000;

const told = (value: unknown): string => {
  if (value instanceof Error) return `it failed with: ${value.message}`;
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return `the last answer was: ${text ?? 'undefined'}`;
};

/**
 * Looks at something until it is so, and returns what was seen then. An answer that is undefined or false, or an error,
 * means "not yet"; when time is up the error tells what was awaited, for how long, and the last thing seen.
 */
export const eventually = async <T>(
  what: string,
  look: () => Promise<T | undefined | false>,
  patience: Patience,
): Promise<T> => {
  const begun = performance.now();
  let last: unknown;
  for (;;) {
    try {
      const seen = await look();
      if (seen !== undefined && seen !== false) return seen;
      // The last words that say something are worth more than "no".
      if (last === undefined || seen === false) last = seen;
    } catch (error) {
      last = error;
    }
    const waitedMs = performance.now() - begun;
    if (waitedMs >= patience.deadlineMs) {
      throw new Error(
        `Awaited in vain for ${(waitedMs / 1000).toFixed(1)} s: ${what}; ${told(last).slice(0, TOLD_CHARACTERS)}`,
      );
    }
    await pause(Math.min(patience.everyMs ?? EVERY_MS, Math.max(1, patience.deadlineMs - waitedMs)));
  }
};
