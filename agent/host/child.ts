import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { constants } from 'node:os';
import { cleanEnvironment } from './environment.ts';

/** A program that was asked to end, and all that it started, have this long to do so. */
const graceMs = 5_000;

/** The exit code of a program that was asked to end, as a shell shows it. */
export const endedCode: number = 128 + constants.signals.SIGTERM;

export interface ChildOptions {
  readonly stdio: StdioOptions;
  /** Besides what every program gets. */
  readonly environment?: Readonly<Record<string, string>> | undefined;
  /** Ends it, and keeps it from being started at all where it has aborted before. */
  readonly signal?: AbortSignal | undefined;
  /** It goes on when the agent ends. */
  readonly outlives?: boolean;
}

/** A program that was started. A stream is there where its `stdio` says `pipe`, and the system had room for it. */
export interface Child extends Partial<Pick<ChildProcess, 'stdin' | 'stdout' | 'stderr'>> {
  /**
   * Resolves once it has ended and its outputs are closed, with its exit code; a signal that ended it shows as 128 + its
   * number, as in a shell. Rejects where it could not be started.
   */
  readonly ended: Promise<number>;
  /** Asks it to end with all that it started, and makes them before long. */
  end(): void;
}

/** Starts a program at `/`, in a clean environment, and in a process group of its own: all in it end together. */
export function startChild(
  [program, ...args]: readonly [string, ...string[]],
  { stdio, environment, signal, outlives = false }: ChildOptions,
): Child {
  signal?.throwIfAborted();
  const env = { ...cleanEnvironment(), ...environment };
  const child = spawn(program, args, { cwd: '/', env, detached: true, stdio });
  const end = endingOf(child);
  const { stdin, stdout, stderr } = child;
  // Who closes its input early has read what it wanted; how that went, the exit code tells.
  stdin?.on('error', () => undefined);
  signal?.addEventListener('abort', end);
  if (!outlives) endsWithAgent(child);
  return {
    stdin,
    stdout,
    stderr,
    end,
    ended: endOf(child).finally(() => signal?.removeEventListener('abort', end)),
  };
}

function endOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    // Of one that runs, it would be that a signal did not reach it: it is over already.
    child.on('error', (error) => {
      if (child.pid === undefined) reject(error);
    });
    child.once('close', (code, signal) =>
      resolve(signal === null ? (code ?? 0) : 128 + constants.signals[signal]),
    );
  });
}

/** Whoever left the group may still hold the outputs: in the end they are let go. */
function endingOf(child: ChildProcess): () => void {
  let isDone = false;
  child.once('close', () => {
    isDone = true;
  });
  return () => {
    if (isDone) return;
    isDone = true;
    signalGroup(child, 'SIGTERM');
    setTimeout(() => {
      signalGroup(child, 'SIGKILL');
      child.stdout?.destroy();
      child.stderr?.destroy();
    }, graceMs).unref();
  };
}

/** Its number is not given to another while anybody of the group lives, nor soon after. */
function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // All of them have ended.
  }
}

const ending = new Set<ChildProcess>();

function endsWithAgent(child: ChildProcess): void {
  if (child.pid === undefined) return;
  if (ending.size === 0) process.once('exit', endAll);
  ending.add(child);
  child.once('close', () => {
    ending.delete(child);
    if (ending.size === 0) process.off('exit', endAll);
  });
}

function endAll(): void {
  for (const child of ending) signalGroup(child, 'SIGTERM');
}
