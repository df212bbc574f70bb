import { readFileSync } from 'node:fs';
import type { Clock } from '../../roles/model/ports.ts';

/** setTimeout takes no more than a signed 32-bit number of milliseconds, and fires at once above it. */
const longestTimerMs = 2 ** 31 - 1;

/**
 * The machine's clock. Node's own monotonic clock stands still while the machine is suspended, so that a lease timed
 * by it would outlive its end; /proc/uptime is CLOCK_BOOTTIME, in steps of 10 ms, and costs a few microseconds.
 */
export const systemClock: Clock = {
  now: () => new Date(),
  monotonicMs: () => bootMs(readFileSync('/proc/uptime', 'utf8')),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted === true) {
        resolve();
        return;
      }
      const end = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', end);
        resolve();
      };
      const timer = setTimeout(end, Math.min(Math.max(0, ms), longestTimerMs));
      signal?.addEventListener('abort', end, { once: true });
    }),
};

/** `5350735.47 234388.90` (seconds since boot, seconds idle) in milliseconds since boot. */
export function bootMs(uptime: string): number {
  const seconds = Number.parseFloat(uptime);
  if (!Number.isFinite(seconds)) throw new Error(`/proc/uptime says ${JSON.stringify(uptime)}`);
  return Math.round(seconds * 1000);
}
