import { readFile, readlink } from 'node:fs/promises';

import { LabProblem } from '../core/problem.ts';
import { processesOf } from '../host/cgroups.ts';
import { isFrozen } from '../host/freezer.ts';

/** How a machine is. */
export type Running = 'running' | 'frozen' | 'off';

const isLeader = async (pid: number): Promise<boolean> => {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  // Two numbers: ours, and 1 in the machine's own process namespace.
  if (!/^NSpid:\t\d+\t1$/m.test(status)) return false;
  // While it still is nspawn's own program, its file system is the host's: nothing may enter there yet.
  const program = await readlink(`/proc/${pid}/exe`).catch(() => '/systemd-nspawn');
  return !program.endsWith('/systemd-nspawn');
};

/** The host's number of a machine's process 1, if it has one. */
export const leaderOf = async (name: string): Promise<number | undefined> => {
  for (const pid of await processesOf(name)) if (await isLeader(pid)) return pid;
  return undefined;
};

/** How a machine is, as the kernel tells. */
export const runningOf = async (name: string): Promise<Running> => {
  if ((await processesOf(name)).length === 0) return 'off';
  return (await isFrozen(name)) ? 'frozen' : 'running';
};

const off = (name: string): LabProblem => new LabProblem(`${name} is off.`, `npm run lab -- start ${name}`);

/** Refuses where a machine does not run. */
export const needRunning = async (name: string): Promise<void> => {
  const how = await runningOf(name);
  if (how === 'frozen')
    throw new LabProblem(`${name} is frozen: nothing can run in it.`, `npm run lab -- thaw ${name}`);
  if (how === 'off') throw off(name);
};

/** The leader of a machine that has to be running, on the host's kernel. */
export const needLeader = async (name: string): Promise<number> => {
  await needRunning(name);
  const leader = await leaderOf(name);
  if (leader === undefined) throw off(name);
  return leader;
};
