import { type LabState, type Machine, readState } from '../core/state.ts';
import { leaderOf, type Running, runningOf } from '../machine/leader.ts';

/** One machine as `ls` tells it. */
export interface Listed extends Machine {
  readonly state: Running;
  /** The host's number of its process 1; null while it is off. */
  readonly pid: number | null;
  /** Machines that hear nothing from this one. */
  readonly cutTo: string[];
  readonly lossPercent: number;
}

/** All machines of the lab with how they are now; none when there is no lab. */
export const list = async (): Promise<Listed[]> => {
  const state = await readState();
  return Promise.all((state?.machines ?? []).map((machine) => listed(state as LabState, machine)));
};

const listed = async (state: LabState, machine: Machine): Promise<Listed> => ({
  ...machine,
  state: await runningOf(machine.name),
  pid: (await leaderOf(machine.name)) ?? null,
  cutTo: state.cuts.filter(([from]) => from === machine.name).map(([, to]) => to),
  lossPercent: state.lossPercent[machine.name] ?? 0,
});

/** The same for eyes. */
export const table = (machines: readonly Listed[]): string => {
  if (machines.length === 0) return 'There is no lab. Next: npm run lab -- up 1\n';
  const gib = (bytes: number): string => `${Number((bytes / 2 ** 30).toFixed(2))}G`;
  const rows = machines.map((one) => [
    one.name,
    one.address,
    one.state,
    String(one.pid ?? '-'),
    gib(one.memBytes),
    String(one.cpus),
    gib(one.diskBytes),
    one.init,
    one.cutTo.join(',') || '-',
    `${one.lossPercent}%`,
  ]);
  const all = [['NAME', 'ADDRESS', 'STATE', 'PID', 'MEM', 'CPUS', 'DISK', 'INIT', 'CUT TO', 'LOSS'], ...rows];
  const widths = (all[0] ?? []).map((_, at) => Math.max(...all.map((row) => (row[at] ?? '').length)));
  return all
    .map(
      (row) =>
        `${row
          .map((cell, at) => cell.padEnd(widths[at] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
};
