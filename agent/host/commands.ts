import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { MusterError } from '../../roles/model/errors.ts';
import type { CommandOptions, CommandResult, Commands } from '../../roles/model/ports.ts';
import { type Child, type ChildOptions, endedCode, startChild } from './child.ts';
import { FollowedLog } from './followed-log.ts';
import { systemCode } from './refusal.ts';

/** A checker that hangs must not hold the cycle for ever; whoever needs longer says so. */
const defaultTimeoutMs = 60_000;

/** More of one output than this ends the program: no answer that we read is near it, and the agent's memory is small. */
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

type Argv = readonly [string, ...string[]];

/** Runs programs. A signal that ended one shows as exit code 128 + its number, as in a shell. */
export const systemCommands: HostCommands = {
  async run(argv, options = {}) {
    if (options.signal?.aborted === true) return { exitCode: endedCode, stdout: '', stderr: '' };
    return options.logPath === undefined
      ? runPiped(argv, options)
      : runLogged(argv, options, options.logPath);
  },
};

/** Without input a program that asks finds the end at once instead of waiting for a hand. */
async function runPiped(argv: Argv, options: HostCommandOptions): Promise<CommandResult> {
  const { environment, signal, input } = options;
  const stdin = input === undefined ? 'ignore' : 'pipe';
  const child = start(argv, { stdio: [stdin, 'pipe', 'pipe'], environment, signal });
  child.stdin?.end(input);
  const stdout = new Output(child, child.stdout, options);
  const stderr = new Output(child, child.stderr, options);
  const exitCode = await endInTime(argv, child, options);
  // What was cut off is no answer, though the program may have ended well before it heard so.
  const cut = exitCode === 0 && (stdout.isFull || stderr.isFull);
  return { exitCode: cut ? endedCode : exitCode, stdout: stdout.text, stderr: stderr.text };
}

async function runLogged(argv: Argv, options: HostCommandOptions, path: string): Promise<CommandResult> {
  const { environment, signal } = options;
  const log = await FollowedLog.open(path, options.onLine ?? (() => {}));
  try {
    const stdio: ChildOptions['stdio'] = ['ignore', log.fd, log.fd];
    const child = start(argv, { stdio, environment, signal, outlives: true });
    return { exitCode: await endInTime(argv, child, options), stdout: '', stderr: '' };
  } finally {
    log.close();
  }
}

/** What a program says on one of its outputs, up to the limit. */
class Output {
  #text = '';
  #isFull = false;

  constructor(child: Child, stream: Readable | null | undefined, { onLine }: HostCommandOptions) {
    // A character may come in two pieces; so the stream puts them together.
    stream?.setEncoding('utf8').on('data', (piece: string) => {
      this.#isFull ||= this.#text.length + piece.length > outputLimitCharacters;
      if (this.#isFull) child.end();
      else this.#text += piece;
    });
    if (stream && onLine !== undefined) createInterface({ input: stream }).on('line', onLine);
  }

  get text(): string {
    return this.#text;
  }

  get isFull(): boolean {
    return this.#isFull;
  }
}

function start(argv: Argv, options: ChildOptions): Child {
  try {
    return startChild(argv, options);
  } catch (error) {
    throw notRun(argv[0], error);
  }
}

async function endInTime(argv: Argv, child: Child, options: HostCommandOptions): Promise<number> {
  const { timeoutMs = defaultTimeoutMs } = options;
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    child.end();
  }, timeoutMs);
  try {
    const exitCode = await child.ended;
    if (!isLate) return exitCode;
  } catch (error) {
    throw notRun(argv[0], error);
  } finally {
    clearTimeout(timer);
  }
  throw timedOut(argv, timeoutMs);
}

function timedOut(argv: readonly string[], timeoutMs: number): MusterError {
  return new MusterError('command-timeout', {
    what: `${argv.join(' ')} did not end within ${String(timeoutMs / 1000)} s`,
    why: 'it was ended with all that it had started',
    next: `run it by hand: ${argv.join(' ')}`,
  });
}

function notRun(program: string, cause: unknown): MusterError {
  const code = systemCode(cause);
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
