import { setTimeout as pause } from 'node:timers/promises';
import type { LabMachine } from '../lab/harness/index.ts';
import { figure, row, say } from './figures.ts';

const windowMs = 60_000;

/** Clock ticks a second in /proc/<pid>/stat on every Linux that Debian builds. */
const ticksPerSecond = 100;

/** What one process takes in one window. */
export interface Sample {
  readonly rssMiB: number;
  readonly privateMiB: number;
  readonly cpuPercent: number;
}

/** Watches the process of a unit for a minute. */
export async function sample(machine: LabMachine, unit: string): Promise<Sample> {
  const pid = (await machine.exec(['systemctl', 'show', '-p', 'MainPID', '--value', unit])).stdout.trim();
  const before = await ticks(machine, pid);
  const startedMs = performance.now();
  await pause(windowMs);
  const used = (await ticks(machine, pid)) - before;
  const seconds = (performance.now() - startedMs) / 1_000;
  const status = await machine.readFile(`/proc/${pid}/status`);
  const mib = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1]) / 1_024;
  return {
    rssMiB: mib('VmRSS'),
    privateMiB: mib('RssAnon'),
    cpuPercent: (100 * used) / ticksPerSecond / seconds,
  };
}

/** The lines of a table about one process, from all its samples. */
export function sayRest(label: string, samples: readonly Sample[]): void {
  say(row(`${label}, resident memory (RSS)`, figure(samples.map((one) => one.rssMiB)), 'MiB'));
  say(row(`${label}, private memory (RssAnon)`, figure(samples.map((one) => one.privateMiB)), 'MiB'));
  const cpu = figure(samples.map((one) => one.cpuPercent));
  say(row(`${label}, CPU with its children`, cpu, '% of a core', 2));
}

/** User and system time of a process and of its children that have ended. */
async function ticks(machine: LabMachine, pid: string): Promise<number> {
  const stat = await machine.readFile(`/proc/${pid}/stat`);
  const fields = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  return [11, 12, 13, 14].reduce((sum, index) => sum + (fields[index] ?? 0), 0);
}
