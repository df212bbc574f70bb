/** What `@daily` and the like stand for, as in crontab(5). */
const nicknames: Readonly<Record<string, string>> = {
  '@hourly': '0 * * * *',
  '@daily': '0 0 * * *',
  '@weekly': '0 0 * * 0',
  '@monthly': '0 0 1 * *',
  '@yearly': '0 0 1 1 *',
};

/** Minute, hour, day of the month, month, day of the week (7 is Sunday, too). */
const bounds = [
  [0, 59],
  [0, 23],
  [1, 31],
  [1, 12],
  [0, 7],
] as const;

/** When something is to run: the values that each of the five fields lets through. */
export interface Schedule {
  readonly minutes: ReadonlySet<number>;
  readonly hours: ReadonlySet<number>;
  readonly days: ReadonlySet<number>;
  readonly months: ReadonlySet<number>;
  readonly weekdays: ReadonlySet<number>;
  /** With both kinds of days restricted, either will do: crontab(5) says so. */
  readonly eitherDay: boolean;
}

/** Reads the five fields of crontab(5), numbers only, or one of its nicknames; undefined for anything else. */
export function scheduleOf(text: string): Schedule | undefined {
  const fields = (nicknames[text] ?? text).trim().split(/\s+/);
  if (fields.length !== bounds.length) return undefined;
  const sets = bounds.map(([least, most], index) => fieldOf(fields[index] ?? '', least, most));
  const [minutes, hours, days, months, weekdays] = sets;
  if (!minutes || !hours || !days || !months || !weekdays) return undefined;
  const eitherDay = fields[2] !== '*' && fields[4] !== '*';
  const week = new Set([...weekdays].map((day) => day % 7));
  return { minutes, hours, days, months, weekdays: week, eitherDay };
}

/** Whether the minute of this time is one of the schedule's, in UTC: all nodes have the same. */
export function isDue(schedule: Schedule, time: Date): boolean {
  const day = schedule.days.has(time.getUTCDate());
  const weekday = schedule.weekdays.has(time.getUTCDay());
  return (
    schedule.minutes.has(time.getUTCMinutes()) &&
    schedule.hours.has(time.getUTCHours()) &&
    schedule.months.has(time.getUTCMonth() + 1) &&
    (schedule.eitherDay ? day || weekday : day && weekday)
  );
}

/** One field: a list of `*`, a number or a range, each with an optional step. */
function fieldOf(text: string, least: number, most: number): Set<number> | undefined {
  const values = new Set<number>();
  for (const part of text.split(',')) {
    const match = /^(?:\*|(\d{1,2})(?:-(\d{1,2}))?)(?:\/(\d{1,2}))?$/.exec(part);
    if (match === null) return undefined;
    const [, from, to, step] = match;
    const first = from === undefined ? least : Number(from);
    const last = to !== undefined ? Number(to) : from === undefined || step !== undefined ? most : first;
    const by = step === undefined ? 1 : Number(step);
    if (first < least || last > most || first > last || by === 0) return undefined;
    for (let value = first; value <= last; value += by) values.add(value);
  }
  return values;
}
