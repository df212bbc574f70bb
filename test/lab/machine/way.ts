import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';

import { addressOf, indexOf } from '../core/address.ts';
import { placesOf } from '../core/paths.ts';
import { run, tryRun } from '../core/run.ts';
import { shellWords } from '../core/shell.ts';
import type { Machine } from '../core/state.ts';
import { until } from '../core/until.ts';
import { lastWords } from './console.ts';
import { withinLimits } from './launch.ts';

/** A minute where the host has nothing else to do; an emulated kernel boots on one core. */
const BOOT_DEADLINE_MS = 600_000;
/** A boot that is refused may be asked again at once; a silent one is let go of after this. */
const CONNECT_SECONDS = 5;

const ssh = (name: string): string[] => {
  const { key, control } = placesOf(name);
  const options = [
    'BatchMode=yes',
    'IdentitiesOnly=yes',
    // All machines of a tree show the same key, and each lab makes them anew.
    'StrictHostKeyChecking=no',
    'UserKnownHostsFile=/dev/null',
    'LogLevel=ERROR',
    `ConnectTimeout=${CONNECT_SECONDS}`,
    'StreamLocalBindUnlink=yes',
  ].flatMap((option) => ['-o', option]);
  return ['ssh', '-F', 'none', '-i', key, '-S', control, ...options];
};

const there = (name: string): string => `root@${addressOf(indexOf(name))}`;

/** True for a machine with a kernel of its own: it is reached over the network, and not through the host's kernel. */
export const hasOwnKernel = (name: string): boolean => existsSync(placesOf(name).system);

/** The host command that hands `argv` to a machine with a kernel of its own. */
export const sshCommand = (name: string, argv: readonly string[]): [string, ...string[]] => {
  const [file = '', ...args] = ssh(name);
  return [file, ...args, there(name), shellWords(argv)];
};

/**
 * Waits until the machine lets us in, and keeps that one connection for all that follows: an emulated handshake takes most
 * of a second.
 */
export const openWay = async ({ name }: Machine): Promise<void> => {
  const { control, sockets } = placesOf(name);
  for (const former of [control, sockets]) await rm(former, { recursive: true, force: true });
  await mkdir(sockets);
  const log = join(placesOf(name).dir, 'ssh.log');
  const argv = withinLimits(name, [...ssh(name), '-M', '-N', '-f', '-E', log, there(name)]);
  await until(`${name} lets us in`, async () => ((await tryRun(argv)).exitCode === 0 ? true : undefined), {
    deadlineMs: BOOT_DEADLINE_MS,
    everyMs: 500,
    lastWords: () => lastWords(name),
  });
};

/** A Unix socket inside such a machine, as a path of this host. */
export const forwarded = async (name: string, path: string): Promise<string> => {
  const local = join(placesOf(name).sockets, basename(path));
  const [file = '', ...args] = ssh(name);
  if (!existsSync(local)) await run(file, ...args, '-O', 'forward', '-L', `${local}:${path}`, there(name));
  return local;
};
