/** A crash is mostly alone, and users wait: the first restart comes at once as they see it. */
const firstDelayMs = 100;

/** A service that cannot run costs no more than a start every half minute. */
const longestDelayMs = 30_000;

/** Whoever lived this long was well; its next crash is a new story. */
const healthyLifeMs = 60_000;

/**
 * How many times it failed in a row, this time included. A life that seems to have begun in the future was one
 * before the machine's last boot, and says nothing.
 */
export function failuresAfter(failures: number, livedMs: number): number {
  return livedMs < 0 || livedMs >= healthyLifeMs ? 1 : failures + 1;
}

/** 0.1 s after the first failure, doubling, at most 30 s. */
export function delayMs(failures: number): number {
  return Math.min(longestDelayMs, firstDelayMs * 2 ** (failures - 1));
}
