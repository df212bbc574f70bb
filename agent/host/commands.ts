import { constants } from 'node:os';
import { execa, type Options } from 'execa';
import { MusterError } from '../../roles/model/errors.ts';
import type { CommandOptions, CommandResult, Commands } from '../../roles/model/ports.ts';
import { cleanEnvironment } from './environment.ts';
import { FollowedLog } from './followed-log.ts';

/** A checker that hangs must not hold the cycle for ever; whoever needs longer says so. */
const defaultTimeoutMs = 60_000;

/** Output beyond this ends the program: no answer that we read is near it, and the agent's memory is small. */
const outputLimitCharacters = 16 * 1024 * 1024;

/** What the adapters beside can ask for besides what the port offers. */
interface HostCommandOptions extends CommandOptions {
  /** Called with each line of both outputs as it comes. */
  readonly onLine?: (line: string) => void;
  /**
   * Its outputs are added to this file, and it goes on when the agent ends: a package manager must not be cut in the
   * middle. The result then has no outputs, only their lines are told.
   */
  readonly logPath?: string;
}

export interface HostCommands extends Commands {
  run(argv: readonly [string, ...string[]], options?: HostCommandOptions): Promise<CommandResult>;
}

/** Runs programs through execa. A signal that ended one shows as exit code 128 + its number, as in a shell. */
export const systemCommands: HostCommands = {
  async run(argv, options = {}) {
    if (options.logPath === undefined) return runToEnd(argv, execaOptions(options, pipes(options)));
    const log = await FollowedLog.open(options.logPath, options.onLine ?? (() => {}));
    try {
      // Any open descriptor will do; execa's types name the first few only.
      const fd = log.fd as 3;
      const output: Options = { stdio: ['ignore', fd, fd], cleanup: false };
      return await runToEnd(argv, execaOptions(options, output));
    } finally {
      log.close();
    }
  },
};

async function runToEnd(
  [program, ...args]: readonly [string, ...string[]],
  options: Options,
): Promise<CommandResult> {
  const result = await execa(program, args, options);
  if (result.timedOut) throw timedOut([program, ...args], options.timeout ?? defaultTimeoutMs);
  const exitCode = exitCodeOf(result);
  if (exitCode === undefined) throw notRun(program, result);
  return { exitCode, stdout: textOf(result.stdout), stderr: textOf(result.stderr) };
}

/** Without input a program that asks finds the end at once instead of waiting for a hand. */
function pipes({ input, onLine }: HostCommandOptions): Options {
  const output = onLine === undefined ? 'pipe' : eachLine(onLine);
  return { ...(input === undefined ? { stdin: 'ignore' } : { input }), stdout: output, stderr: output };
}

function execaOptions({ timeoutMs, environment, signal }: HostCommandOptions, output: Options): Options {
  return {
    reject: false,
    extendEnv: false,
    env: { ...cleanEnvironment(), ...environment },
    cwd: '/',
    timeout: timeoutMs ?? defaultTimeoutMs,
    killDescendants: true,
    maxBuffer: outputLimitCharacters,
    stripFinalNewline: false,
    ...(signal === undefined ? {} : { cancelSignal: signal }),
    ...output,
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
