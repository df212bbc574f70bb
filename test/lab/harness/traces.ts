import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { run } from '../core/run.ts';
import { CGROUP_ROOT } from '../host/cgroups.ts';

const HIERARCHIES = ['memory', 'cpu', 'freezer', 'systemd', 'unified'];

const cgroupNames = async (hierarchy: string): Promise<string[]> => {
  const entries = await readdir(join(CGROUP_ROOT, hierarchy), { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isDirectory()).map((entry) => `cgroup ${hierarchy} ${entry.name}`);
};

/** Everything of a host that a lab touches, to compare before and after. */
export const traces = async (): Promise<string[]> => {
  const mounts = await readFile('/proc/self/mounts', 'utf8');
  const links = await readdir('/sys/class/net');
  const loops = await run('losetup', '--list', '--noheadings', '--output', 'NAME,BACK-FILE');
  const tables = await run('nft', 'list', 'tables');
  const forward = await readFile('/proc/sys/net/ipv4/ip_forward', 'utf8');
  const cgroups = (await Promise.all(HIERARCHIES.map((one) => cgroupNames(one)))).flat();
  return [
    ...mounts.split('\n').map((line) => `mount ${line}`),
    ...links.map((link) => `link ${link}`),
    ...loops.split('\n').map((line) => `loop ${line}`),
    ...tables.split('\n').map((line) => `rules ${line}`),
    `forward ${forward.trim()}`,
    ...cgroups,
  ].toSorted();
};
