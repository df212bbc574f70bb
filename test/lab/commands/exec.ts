import { execa } from 'execa';

import { machineIn, needState } from '../core/state.ts';
import { enterCommand } from '../machine/exec.ts';

/** As shells count: 128 and the number of SIGKILL. */
const KILLED_CODE = 137;

/** Runs a command inside with this terminal's own input and output; returns its exit code. */
export const passThrough = async (name: string, argv: readonly string[]): Promise<number> => {
  machineIn(await needState(), name);
  const [file, ...args] = await enterCommand(name, argv);
  const done = await execa(file, args, { reject: false, cwd: '/', stdio: 'inherit' });
  return done.exitCode ?? KILLED_CODE;
};
