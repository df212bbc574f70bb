import { openSync, readSync } from 'node:fs';
import type { Clock } from '../../roles/model/ports.ts';

/** setTimeout takes no more than a signed 32-bit number of milliseconds, and fires at once above it. */
const longestTimerMs = 2 ** 31 - 1;

/**
 * The machine's clock. Node's own monotonic clock stands still while the machine is suspended, so that a lease timed
 * by it would outlive its end; /proc/uptime is CLOCK_BOOTTIME, in steps of 10 ms, and costs a microsecond or two.
 */
export const systemClock: Clock = {
  now: () => new Date(),
  monotonicMs: () => bootMs(readUptime()),
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

/** Two numbers and a blank. */
const mostUptimeBytes = 64;
const uptime = Buffer.alloc(mostUptimeBytes);
let uptimeFd: number | undefined;

/** It is looked at a hundred times a second: opened once, each look is one system call. */
function readUptime(): string {
  uptimeFd ??= openSync('/proc/uptime', 'r');
  return uptime.toString('latin1', 0, readSync(uptimeFd, uptime, 0, mostUptimeBytes, 0));
}

/** `5350735.47 234388.90` (seconds since boot, seconds idle) in milliseconds since boot. */
export function bootMs(uptime: string): number {
  const seconds = Number.parseFloat(uptime);
  if (!Number.isFinite(seconds)) throw new Error(`/proc/uptime says ${JSON.stringify(uptime)}`);
  return Math.round(seconds * 1000);
}
