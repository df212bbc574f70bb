import { readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { figure, row, say, tableHead } from '../figures.ts';
import type { Crew } from './crew.ts';
import { privateMiB, residentMiB, ticksOf, ticksPerSecond } from './proc.ts';
import { type Bench, programNames, withCrew } from './stage.ts';

/** By the name of their stage. */
export const sizes = { 'rest-3': 3, 'rest-10': 10, 'rest-30': 30 } as const;

/**
 * Connections stand, the heap has settled, and the host's load of a minute, which each node tells as its own, has come
 * down from what so many starts at once took.
 */
const settleMs = 240_000;
const windowMs = 60_000;

/** What one program on one machine takes in one window. */
interface Cost {
  readonly residentMiB: number;
  readonly privateMiB: number;
  readonly cpuPercent: number;
  readonly sentPerSecond: number;
}

/** Memory, CPU and bytes at rest, of every machine in the same window. */
export async function benchCost(bench: Bench, size: number): Promise<void> {
  say(tableHead);
  for (const name of programNames) {
    const costs = await withCrew(bench, name, size, atRest);
    const of = (key: keyof Cost): ReturnType<typeof figure> => figure(costs.map((cost) => cost[key]));
    const label = `${name} on ${size} machines`;
    say(row(`${label}, resident memory (RSS)`, of('residentMiB'), 'MiB'));
    say(row(`${label}, private memory`, of('privateMiB'), 'MiB'));
    say(row(`${label}, CPU`, of('cpuPercent'), '% of a core', 2));
    say(row(`${label}, sent`, of('sentPerSecond'), 'bytes/s', 0));
  }
}

async function atRest(crew: Crew): Promise<readonly Cost[]> {
  await pause(settleMs);
  const before = await counters(crew);
  const startedMs = performance.now();
  await pause(windowMs);
  const after = await counters(crew);
  const seconds = (performance.now() - startedMs) / 1_000;
  return Promise.all(
    crew.machines.map(async (machine, index) => {
      const { pid } = crew.on(machine).process;
      const [from, to] = [before[index], after[index]];
      const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8');
      return {
        residentMiB: residentMiB(rollup),
        privateMiB: privateMiB(rollup),
        cpuPercent: (100 * ((to?.ticks ?? 0) - (from?.ticks ?? 0))) / ticksPerSecond / seconds,
        sentPerSecond: ((to?.sent ?? 0) - (from?.sent ?? 0)) / seconds,
      };
    }),
  );
}

async function counters(crew: Crew): Promise<readonly { ticks: number; sent: number }[]> {
  return Promise.all(
    crew.machines.map(async (machine) => ({
      ticks: ticksOf(await readFile(`/proc/${crew.on(machine).process.pid}/stat`, 'utf8')),
      sent: await crew.room.sentBytes(machine),
    })),
  );
}
