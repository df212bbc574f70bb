import { existsSync } from 'node:fs';

import { GATEWAY, linkOf, nspawnNameOf, PREFIX_BITS } from '../core/address.ts';
import { placesOf } from '../core/paths.ts';
import { run } from '../core/run.ts';
import type { Machine } from '../core/state.ts';
import { until } from '../core/until.ts';
import { BRIDGE } from '../host/bridge.ts';
import { makeCgroups } from '../host/cgroups.ts';
import { lastWords } from './console.ts';
import { bootEmulated } from './emulator.ts';
import { launch } from './launch.ts';
import { leaderOf } from './leader.ts';
import { perform } from './perform.ts';
import { whenReady } from './ready.ts';

/** nspawn itself takes a tenth of a second; a busy host takes its time. */
const LEADER_DEADLINE_MS = 30_000;

/**
 * Process 1 of a container: waits, and buries orphans as any shell does. A real program of the machine and not
 * nspawn's own stub, because Debian's apache2ctl takes any process 1 with "systemd" in its name for the real one.
 */
const IDLE = 'while :; do sleep 3600 & wait; done';

const nspawnCommand = (machine: Machine): string[] => {
  const { root, disk } = placesOf(machine.name);
  return [
    'systemd-nspawn',
    '--quiet',
    '--register=no',
    '--keep-unit',
    '--timezone=off',
    '--resolv-conf=off',
    '--capability=all',
    '--console=pipe',
    `--machine=${nspawnNameOf(machine.name)}`,
    `--hostname=${machine.name}`,
    `--network-bridge=${BRIDGE}`,
    `--directory=${root}`,
    `--bind=${disk}:/srv`,
    ...(existsSync('/dev/fuse') ? ['--bind=/dev/fuse'] : []),
    ...(machine.init === 'systemd' ? ['--boot'] : ['/bin/sh', '-c', IDLE]),
  ];
};

/** Without systemd inside, nobody but us gives the link its address and makes the usual folders. */
const bringUp = async (machine: Machine, leader: number): Promise<void> => {
  const ip = ['nsenter', '--target', String(leader), '--net', 'ip'] as const;
  await run(...ip, 'address', 'replace', `${machine.address}/${PREFIX_BITS}`, 'dev', 'host0');
  await run(...ip, 'link', 'set', 'host0', 'up');
  await run(...ip, 'route', 'replace', 'default', 'via', GATEWAY);
  // /run is empty at first, as in any container; this one folder is in Debian's own container images too.
  await perform(machine.name, ['install', '-d', '-m', '1777', '/run/lock'], { reject: true });
};

const bootOnHostKernel = async (machine: Machine): Promise<void> => {
  await makeCgroups(machine.name, machine);
  const leader = await launch(machine.name, nspawnCommand(machine), () =>
    until(
      `${machine.name} has a process 1 and a link`,
      async () => (existsSync(`/sys/class/net/${linkOf(machine.name)}`) ? leaderOf(machine.name) : undefined),
      { deadlineMs: LEADER_DEADLINE_MS, everyMs: 20, lastWords: () => lastWords(machine.name) },
    ),
  );
  if (machine.init === 'none') await bringUp(machine, leader);
};

/** Starts a prepared machine and returns when it is ready. */
export const boot = async (machine: Machine): Promise<void> => {
  await (machine.init === 'kernel' ? bootEmulated(machine) : bootOnHostKernel(machine));
  await whenReady(machine);
};
