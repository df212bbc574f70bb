/** Clock ticks a second in /proc/<pid>/stat on every Linux that Debian builds. */
export const ticksPerSecond = 100;

const kibPerMib = 1_024;

/** User and system time of a process, from its /proc/<pid>/stat. */
export function ticksOf(stat: string): number {
  // Its name stands in brackets, and may have spaces and brackets of its own.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return Number(fields[11]) + Number(fields[12]);
}

/** Everything that it has in memory, shared or not, from its /proc/<pid>/smaps_rollup. */
export function residentMiB(rollup: string): number {
  return mib(rollup, 'Rss');
}

/** What would be free again without it. */
export function privateMiB(rollup: string): number {
  return mib(rollup, 'Private_Clean') + mib(rollup, 'Private_Dirty');
}

function mib(rollup: string, name: string): number {
  const [, kib] = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(rollup) ?? [];
  return Number(kib) / kibPerMib;
}
