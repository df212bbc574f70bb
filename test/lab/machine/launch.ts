import { spawn } from 'node:child_process';
import { open } from 'node:fs/promises';
import { join } from 'node:path';

import { placesOf } from '../core/paths.ts';
import { cgroupsOf } from '../host/cgroups.ts';

const SCRIPT = join(import.meta.dirname, 'boot.sh');

/** The host command that runs `argv` within a machine's limits: it dies with the machine, and stands still with it. */
export const withinLimits = (name: string, argv: readonly string[]): [string, ...string[]] => [
  SCRIPT,
  ...cgroupsOf(name),
  '--',
  ...argv,
];

/** Starts the program that a machine lives in, which outlives this process, and returns what `came` finds of it. */
export const launch = async <T>(
  name: string,
  argv: readonly string[],
  came: () => Promise<T>,
): Promise<T> => {
  const log = await open(placesOf(name).console, 'a');
  const [file, ...args] = withinLimits(name, argv);
  const child = spawn(file, args, {
    detached: true,
    stdio: ['ignore', log.fd, log.fd],
    cwd: '/',
    env: { PATH: process.env['PATH'] ?? '', LC_ALL: 'C.UTF-8' },
  });
  const failed = new Promise<never>((_, reject) => {
    child.once('error', reject);
  });
  child.unref();
  await log.close();
  return Promise.race([failed, came()]);
};
