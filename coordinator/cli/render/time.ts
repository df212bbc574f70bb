const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** How long ago, in one unit. A clock that was set back shows as now. */
export function ago(then: Date, now: Date): string {
  const ms = now.getTime() - then.getTime();
  return ms < 2 * second ? 'now' : `${span(ms)} ago`;
}

/** How long ago, or how long until then. */
export function beforeOrAfter(then: Date, now: Date): string {
  const ms = then.getTime() - now.getTime();
  return ms < 2 * second ? ago(then, now) : `in ${span(ms)}`;
}

function span(ms: number): string {
  if (ms < 2 * minute) return `${String(Math.floor(ms / second))} s`;
  if (ms < 2 * hour) return `${String(Math.floor(ms / minute))} min`;
  if (ms < 2 * day) return `${String(Math.floor(ms / hour))} h`;
  return `${String(Math.floor(ms / day))} days`;
}

/** The time of day in UTC, for lines that stay on the screen. */
export function timeOfDay(at: Date): string {
  return `${at.toISOString().slice(11, 19)}Z`;
}
