import { setTimeout as pause } from 'node:timers/promises';
import { install, well } from '../lab/harness/cluster.ts';
import { type LabMachine, openLab } from '../lab/harness/index.ts';
import { figure, row, say, tableHead } from './figures.ts';

const betweenRunsMs = 10_000;

/** The start is over and the heaps have settled. */
const settleMs = 60_000;

/** Everything that a lone node runs, by unit: its processes' proportional share of memory (PSS), at rest. */
export async function benchMemory(runs = 5): Promise<void> {
  await using lab = await openLab({ machines: 1 });
  const b1 = lab.machine('b1');
  await install(b1);
  await well(b1, 120_000);
  await pause(settleMs);
  const samples: Map<string, number>[] = [];
  for (let run = 0; run < runs; run += 1) {
    samples.push(await memoryByUnit(b1));
    await pause(betweenRunsMs);
  }
  const units = [...new Set(samples.flatMap((sample) => [...sample.keys()]))].sort();
  const of = (unit: string): number[] => samples.map((sample) => sample.get(unit) ?? 0);
  say(tableHead);
  for (const unit of units) say(row(unit, figure(of(unit)), 'MiB'));
  const sums = samples.map((sample) => [...sample.values()].reduce((sum, one) => sum + one, 0));
  say(row('all of these', figure(sums), 'MiB'));
}

/** Reads each process's unit and PSS; what ended meanwhile counts nothing. */
const readAll =
  'ps -eo pid=,unit= | while read -r pid unit; do ' +
  'pss=$(sed -n "s/^Pss: *\\([0-9]*\\) kB/\\1/p" "/proc/$pid/smaps_rollup" 2>/dev/null); ' +
  'echo "$unit ${pss:-0}"; done';

/** What is the machine's own, and not of muster's doing. */
const foreign = /^(-|init\.scope|systemd-|dbus|cron|user|session|console-getty|lab)/;

async function memoryByUnit(machine: LabMachine): Promise<Map<string, number>> {
  const { stdout } = await machine.exec(['sh', '-c', readAll]);
  const found = new Map<string, number>();
  for (const line of stdout.trim().split('\n')) {
    const [unit = '', kib = '0'] = line.split(' ');
    if (!foreign.test(unit)) found.set(unit, (found.get(unit) ?? 0) + Number(kib) / 1_024);
  }
  return found;
}
