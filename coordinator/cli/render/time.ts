const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** How long ago, in one unit. A clock that was set back shows as now. */
export function ago(then: Date, now: Date): string {
  const ms = now.getTime() - then.getTime();
  if (ms < 2 * second) return 'now';
  if (ms < 2 * minute) return `${String(Math.floor(ms / second))} s ago`;
  if (ms < 2 * hour) return `${String(Math.floor(ms / minute))} min ago`;
  if (ms < 2 * day) return `${String(Math.floor(ms / hour))} h ago`;
  return `${String(Math.floor(ms / day))} days ago`;
}

/** The time of day in UTC, for lines that stay on the screen. */
export function timeOfDay(at: Date): string {
  return `${at.toISOString().slice(11, 19)}Z`;
}
