import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { ofThisLab } from '../core/address.ts';
import type { Shape } from '../core/shape.ts';

export const CGROUP_ROOT = '/sys/fs/cgroup';
/** Limits, weights and freezing: without these three there is no lab. */
export const NEEDED_HIERARCHIES = ['memory', 'cpu', 'freezer'] as const;
/** systemd keeps its own books in these two; a machine gets its own branch so that nothing lands at their top. */
const BOOK_HIERARCHIES = ['systemd', 'unified'] as const;
const BRANCH = ofThisLab('muster-lab');
/** The kernel's usual accounting period. */
const PERIOD_US = 100_000;

const present = (): string[] =>
  [...NEEDED_HIERARCHIES, ...BOOK_HIERARCHIES].filter((one) =>
    existsSync(join(CGROUP_ROOT, one, 'cgroup.procs')),
  );

/** A machine's folder in one hierarchy. */
export const cgroupOf = (hierarchy: string, name: string): string =>
  join(CGROUP_ROOT, hierarchy, BRANCH, name);

/** All folders a machine's first process is put into. */
export const cgroupsOf = (name: string): string[] => present().map((one) => cgroupOf(one, name));

/** What the kernel is told for a machine of that shape: file name → value. */
export const limitsOf = (
  shape: Pick<Shape, 'memBytes' | 'cpus'>,
): ReadonlyArray<readonly [string, string, string]> => [
  ['memory', 'memory.limit_in_bytes', String(shape.memBytes)],
  ['cpu', 'cpu.cfs_period_us', String(PERIOD_US)],
  ['cpu', 'cpu.cfs_quota_us', String(Math.round(shape.cpus * PERIOD_US))],
];

/** Makes a machine's cgroups with its limits. */
export const makeCgroups = async (name: string, shape: Pick<Shape, 'memBytes' | 'cpus'>): Promise<void> => {
  for (const folder of cgroupsOf(name)) await mkdir(folder, { recursive: true });
  for (const [hierarchy, file, value] of limitsOf(shape)) {
    await writeFile(join(cgroupOf(hierarchy, name), file), value);
  }
};

/** Folders an extra process joins: the limits, and a place of its own beside systemd's units. */
export const guestCgroupsOf = async (name: string): Promise<string[]> => {
  const folders = NEEDED_HIERARCHIES.map((one) => cgroupOf(one, name));
  for (const one of BOOK_HIERARCHIES) {
    const payload = join(cgroupOf(one, name), 'payload');
    if (!existsSync(payload)) continue;
    const guest = join(payload, 'lab.exec');
    await mkdir(guest, { recursive: true });
    folders.push(guest);
  }
  return folders;
};

/** Every living process of a machine; none when it is off. */
export const processesOf = async (name: string): Promise<number[]> => {
  const text = await readFile(join(cgroupOf('freezer', name), 'cgroup.procs'), 'utf8').catch(() => '');
  return text.split('\n').filter(Boolean).map(Number);
};

/** Machines whose cgroups are still there, known to a state file or not. */
export const machinesWithCgroups = async (): Promise<string[]> => {
  const found = await Promise.all(
    present().map((one) => readdir(join(CGROUP_ROOT, one, BRANCH), { withFileTypes: true }).catch(() => [])),
  );
  return [
    ...new Set(
      found
        .flat()
        .filter((entry) => entry.isDirectory())
        .map((entry) => entry.name),
    ),
  ];
};

const removeTree = async (folder: string): Promise<void> => {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) if (entry.isDirectory()) await removeTree(join(folder, entry.name));
  await rmdir(folder).catch(() => undefined);
};

/** Removes one machine's cgroups, or with no name the whole branch. What still has a process stays. */
export const removeCgroups = async (name = ''): Promise<void> => {
  for (const one of present()) await removeTree(join(CGROUP_ROOT, one, BRANCH, name));
};
