import { setTimeout as pause } from 'node:timers/promises';
import { install, well } from '../lab/harness/cluster.ts';
import { type LabMachine, openLab } from '../lab/harness/index.ts';
import { figure, row, say, tableHead } from './figures.ts';

const runs = 5;
const windowMs = 60_000;

/** The start is over and the heap has settled. */
const settleMs = 60_000;

/** Clock ticks a second in /proc/<pid>/stat on every Linux that Debian builds. */
const ticksPerSecond = 100;

interface Sample {
  readonly rssMiB: number;
  readonly privateMiB: number;
  readonly cpuPercent: number;
}

/** Memory and CPU of the agent and of etcd on a lone node that nobody asks anything. */
export async function benchRest(): Promise<void> {
  await using lab = await openLab({ machines: 1 });
  const b1 = lab.machine('b1');
  await install(b1);
  await well(b1, 60_000);
  await pause(settleMs);
  say(tableHead);
  for (const [label, unit] of [
    ['agent', 'muster'],
    ['etcd', 'muster-etcd'],
  ] as const) {
    const samples: Sample[] = [];
    for (let run = 0; run < runs; run += 1) samples.push(await sample(b1, unit));
    say(row(`${label}, resident memory (RSS)`, figure(samples.map((one) => one.rssMiB)), 'MiB'));
    say(row(`${label}, private memory (RssAnon)`, figure(samples.map((one) => one.privateMiB)), 'MiB'));
    say(
      row(`${label}, CPU with its children`, figure(samples.map((one) => one.cpuPercent)), '% of a core', 2),
    );
  }
}

async function sample(machine: LabMachine, unit: string): Promise<Sample> {
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

/** User and system time of a process and of its children that have ended. */
async function ticks(machine: LabMachine, pid: string): Promise<number> {
  const stat = await machine.readFile(`/proc/${pid}/stat`);
  const fields = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  return [11, 12, 13, 14].reduce((sum, index) => sum + (fields[index] ?? 0), 0);
}
