import { constants } from 'node:os';
import { execa, type Options } from 'execa';
import { MusterError } from '../../roles/model/errors.ts';
import type { CommandOptions, CommandResult, Commands } from '../../roles/model/ports.ts';
import { cleanEnvironment } from './environment.ts';

/** A checker that hangs must not hold the cycle for ever; whoever needs longer says so. */
const defaultTimeoutMs = 60_000;

/** Output beyond this ends the program: no answer that we read is near it, and the agent's memory is small. */
const outputLimitCharacters = 16 * 1024 * 1024;

/** What the adapters beside can ask for besides what the port offers. */
export interface HostCommandOptions extends CommandOptions {
  /** Called with each line of both outputs as it comes. */
  readonly onLine?: (line: string) => void;
}

export interface HostCommands extends Commands {
  run(argv: readonly [string, ...string[]], options?: HostCommandOptions): Promise<CommandResult>;
}

/** Runs programs through execa. A signal that ended one shows as exit code 128 + its number, as in a shell. */
export const systemCommands: HostCommands = {
  async run([program, ...args], options = {}) {
    const result = await execa(program, args, execaOptions(options));
    if (result.timedOut) throw timedOut([program, ...args], options.timeoutMs ?? defaultTimeoutMs);
    const exitCode = exitCodeOf(result);
    if (exitCode === undefined) throw notRun(program, result);
    return { exitCode, stdout: textOf(result.stdout), stderr: textOf(result.stderr) };
  },
};

function execaOptions({ input, timeoutMs, environment, signal, onLine }: HostCommandOptions): Options {
  const output = onLine === undefined ? 'pipe' : eachLine(onLine);
  return {
    reject: false,
    extendEnv: false,
    env: { ...cleanEnvironment(), ...environment },
    cwd: '/',
    // Without input a program that asks finds the end at once instead of waiting for a hand.
    ...(input === undefined ? { stdin: 'ignore' } : { input }),
    stdout: output,
    stderr: output,
    timeout: timeoutMs ?? defaultTimeoutMs,
    killDescendants: true,
    maxBuffer: outputLimitCharacters,
    stripFinalNewline: false,
    ...(signal === undefined ? {} : { cancelSignal: signal }),
  };
}

function eachLine(onLine: (line: string) => void): (line: unknown) => Generator {
  return function* pass(line) {
    onLine(String(line));
    yield line;
  };
}

/** What we read of execa's result. */
interface Ended {
  readonly exitCode?: number | undefined;
  readonly signal?: NodeJS.Signals | undefined;
  readonly isCanceled: boolean;
  readonly code?: string | undefined;
  readonly cause?: unknown;
}

/** Undefined where the program never ran. */
function exitCodeOf({ exitCode, signal, isCanceled }: Ended): number | undefined {
  if (exitCode !== undefined) return exitCode;
  if (signal !== undefined) return 128 + constants.signals[signal];
  return isCanceled ? 128 + constants.signals.SIGTERM : undefined;
}

function textOf(output: unknown): string {
  return typeof output === 'string' ? output : '';
}

function timedOut(argv: readonly string[], timeoutMs: number): MusterError {
  return new MusterError('command-timeout', {
    what: `${argv.join(' ')} did not end within ${String(timeoutMs / 1000)} s`,
    why: 'it was ended with all that it had started',
    next: `run it by hand: ${argv.join(' ')}`,
  });
}

function notRun(program: string, { code, cause }: Ended): MusterError {
  return new MusterError('command-missing', {
    what: `${program} could not be run`,
    why:
      code === 'ENOENT'
        ? 'there is no such program on this machine'
        : `the system refused it (${code ?? 'no reason given'})`,
    next: 'muster doctor',
    cause,
  });
}
