/** In this time the heap of an agent at rest grows by a MiB or two. */
export const heapPeriodMs = 120_000;

/**
 * Gives back what the heap does not need now: V8 collects when a heap has grown by some MiB, and keeps the pages of
 * former peaks for the next; its last resort, for when memory runs out, keeps none. Stops this process for as long as a
 * full collection takes: 45 to 90 ms for an agent's 30 MiB on one core. Without `--expose-gc` (see `runSparingly`) it
 * does nothing.
 */
export function giveMemoryBack(): void {
  globalThis.gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' });
}
