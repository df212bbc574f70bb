import { LabProblem } from '../core/problem.ts';
import type { LabState, Machine } from '../core/state.ts';
import { until } from '../core/until.ts';
import { processesOf, removeCgroups } from '../host/cgroups.ts';
import { isFrozen, thaw } from '../host/freezer.ts';
import { applyLinks, linkDown, removeLink } from '../host/links.ts';
import { boot } from './boot.ts';
import { runningOf } from './leader.ts';

/** A task in the middle of a disk write dies when that ends. */
const DEATH_DEADLINE_MS = 20_000;

const strike = async (name: string): Promise<true | undefined> => {
  const pids = await processesOf(name);
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It died before.
    }
  }
  return pids.length === 0 ? true : undefined;
};

/** Ends every process of a machine at once, and takes its link away. */
export const endMachine = async (name: string): Promise<void> => {
  await strike(name);
  // A frozen task dies only once it is let go.
  if (await isFrozen(name)) await thaw(name);
  await until(`all of ${name} is dead`, () => strike(name), { deadlineMs: DEATH_DEADLINE_MS, everyMs: 10 });
  await removeLink(name);
  await removeCgroups(name);
};

/** Power loss as others see it: silence first, then nothing is left but the disk. */
export const kill = async (machine: Machine): Promise<void> => {
  if ((await runningOf(machine.name)) === 'off') {
    throw new LabProblem(`${machine.name} is off already.`, `npm run lab -- start ${machine.name}`);
  }
  await linkDown(machine.name);
  await endMachine(machine.name);
};

/** Boots a machine again from its disk; cuts and losses stay in force. */
export const start = async (state: LabState, machine: Machine): Promise<void> => {
  if ((await runningOf(machine.name)) !== 'off') {
    throw new LabProblem(`${machine.name} is not off.`, 'npm run lab -- ls');
  }
  await applyLinks(state);
  await boot(machine);
};
