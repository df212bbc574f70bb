import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { LabProblem } from '../core/problem.ts';
import { tryRun } from '../core/run.ts';
import { CGROUP_ROOT, NEEDED_HIERARCHIES } from './cgroups.ts';

/** What the lab calls, and the Debian package each comes from. */
const TOOLS: ReadonlyArray<readonly [string, string]> = [
  ['systemd-nspawn', 'systemd-container'],
  ['mmdebstrap', 'mmdebstrap'],
  ['nft', 'nftables'],
  ['mkfs.xfs', 'xfsprogs'],
  ['tcpdump', 'tcpdump'],
  ['rsync', 'rsync'],
  ['ip', 'iproute2'],
  ['losetup', 'mount'],
  ['nsenter', 'util-linux'],
];
/** What machines with a kernel of their own need beside. */
const EMULATOR_TOOLS: ReadonlyArray<readonly [string, string]> = [
  ['qemu-system-x86_64', 'qemu-system-x86'],
  ['mke2fs', 'e2fsprogs'],
  ['ssh', 'openssh-client'],
];
const FOLDERS = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];
const INSTALL_DEADLINE_MS = 300_000;

const fileSystems = async (): Promise<string[]> => {
  const text = await readFile('/proc/filesystems', 'utf8').catch(() => '');
  return text.split('\n').map((line) => line.split('\t')[1] ?? '');
};

/** A module may be loadable although it is not loaded. */
const hasFileSystem = async (name: string): Promise<boolean> => {
  if ((await fileSystems()).includes(name)) return true;
  await tryRun(['modprobe', name]);
  return (await fileSystems()).includes(name);
};

const reasons = async (): Promise<string[]> => {
  if (process.platform !== 'linux') return [`it needs Linux, and this is ${process.platform}`];
  const found: string[] = [];
  if (process.getuid?.() !== 0) found.push('it needs root: machines, mounts and bridges are the kernel’s');
  if (!existsSync('/etc/debian_version')) found.push('it needs a Debian host to take packages from');
  if (!(await hasFileSystem('overlay'))) found.push('the kernel has no overlayfs');
  if (!(await hasFileSystem('xfs'))) found.push('the kernel has no XFS');
  if (!existsSync('/dev/loop-control'))
    found.push('there are no loop devices (/dev/loop-control is missing)');
  const missing = NEEDED_HIERARCHIES.filter((one) => !existsSync(join(CGROUP_ROOT, one, 'cgroup.procs')));
  if (missing.length > 0) {
    found.push(`cgroup hierarchies (version 1) are missing under ${CGROUP_ROOT}: ${missing.join(', ')}`);
  }
  return found;
};

/** Refuses with everything that stands in the way at once; installs the tools that are missing. */
export const preflight = async (say: (line: string) => void): Promise<void> => {
  const found = await reasons();
  if (found.length > 0) {
    throw new LabProblem(
      `The lab cannot run here: ${found.join('; ')}.`,
      'read "What it needs" in test/lab/README.md',
    );
  }
  await ensureTools(TOOLS, say);
};

/** The same for machines with a kernel of their own. */
export const emulatorPreflight = async (say: (line: string) => void): Promise<void> => {
  if (process.arch !== 'x64' || !existsSync('/dev/net/tun')) {
    throw new LabProblem(
      'Machines with a kernel of their own need an amd64 host with /dev/net/tun.',
      'order machines without init:kernel',
    );
  }
  await ensureTools(EMULATOR_TOOLS, say);
};

/** Installs, on this host, the Debian packages of the tools that are missing here: pairs of tool and package. */
export const ensureTools = async (
  tools: ReadonlyArray<readonly [string, string]>,
  say: (line: string) => void,
): Promise<void> => {
  const packages = tools
    .filter(([tool]) => !FOLDERS.some((folder) => existsSync(join(folder, tool))))
    .map(([, name]) => name);
  if (packages.length === 0) return;
  say(`installing on this host: ${packages.join(' ')}`);
  await tryRun(['apt-get', 'update'], { deadlineMs: INSTALL_DEADLINE_MS });
  const said = await tryRun(['apt-get', 'install', '-y', '--no-install-recommends', ...packages], {
    deadlineMs: INSTALL_DEADLINE_MS,
  });
  if (said.exitCode !== 0) {
    throw new LabProblem(
      `The lab's tools could not be installed: ${said.stderr.slice(-600).trim()}`,
      `apt-get install ${packages.join(' ')}`,
    );
  }
};
