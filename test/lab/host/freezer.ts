import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { until } from '../core/until.ts';
import { cgroupOf } from './cgroups.ts';

/** A task in the middle of a disk write freezes when that ends. */
const FREEZE_DEADLINE_MS = 10_000;

const stateFile = (name: string): string => join(cgroupOf('freezer', name), 'freezer.state');

/** True while a machine stands still. */
export const isFrozen = async (name: string): Promise<boolean> => {
  const text = await readFile(stateFile(name), 'utf8').catch(() => 'THAWED');
  return text.trim() !== 'THAWED';
};

const bring = async (name: string, wanted: 'FROZEN' | 'THAWED'): Promise<void> => {
  await writeFile(stateFile(name), wanted);
  await until(
    `${name} is ${wanted.toLowerCase()}`,
    async () => ((await readFile(stateFile(name), 'utf8')).trim() === wanted ? true : undefined),
    { deadlineMs: FREEZE_DEADLINE_MS, everyMs: 5 },
  );
};

/** Stops every process of a machine where it stands. Its link stays up: others see silence, not an error. */
export const freeze = async (name: string): Promise<void> => bring(name, 'FROZEN');

/** Lets a frozen machine go on. */
export const thaw = async (name: string): Promise<void> => bring(name, 'THAWED');
