import { execa } from 'execa';

import { failed, type Said } from '../core/run.ts';
import { enterCommand } from './exec.ts';

/** How a command inside is run. */
export interface ExecOptions {
  readonly input?: string | Uint8Array;
  /** Then the command and all its children are ended and the exit code is 124. */
  readonly timeoutMs?: number;
  /** True: an exit code other than 0 throws. */
  readonly reject?: boolean;
}

/** Long enough for any honest command inside, short enough that a hung one does not take the night. */
const COMMAND_DEADLINE_MS = 600_000;
/** What `timeout` of coreutils says too. */
const TIMED_OUT_CODE = 124;

/** Runs a command inside a machine and returns what it said. */
export const perform = async (
  name: string,
  argv: readonly string[],
  options: ExecOptions = {},
): Promise<Said> => {
  const [file, ...args] = await enterCommand(name, argv);
  const child = execa(file, args, {
    reject: false,
    cwd: '/',
    // A group of its own: a command that overstays is ended with its children, in the machine too.
    detached: true,
    stripFinalNewline: false,
    maxBuffer: 1e9,
    ...(options.input === undefined ? { stdin: 'ignore' as const } : { input: options.input }),
  });
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  }, options.timeoutMs ?? COMMAND_DEADLINE_MS);
  const done = await child;
  clearTimeout(timer);
  const said = {
    exitCode: late ? TIMED_OUT_CODE : (done.exitCode ?? 255),
    stdout: done.stdout,
    stderr: done.stderr,
  };
  if (options.reject === true && said.exitCode !== 0) throw failed([name, ...argv], said);
  return said;
};
