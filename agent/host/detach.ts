import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { connect } from 'node:net';
import { MusterError } from '../../roles/model/errors.ts';
import type { Clock } from '../../roles/model/ports.ts';
import { cleanEnvironment } from './environment.ts';
import { prepareLog, tailLog } from './services/service-log.ts';

const defaultLogPath = '/var/log/muster/agent.log';

/** The socket is one of the first things an agent opens; a slow disk gets its time. */
const readyTimeoutMs = 30_000;
const pollMs = 100;

const logLinesInErrors = 20;

export interface DetachOptions {
  /** What to run, as in `[node, muster.mjs, agent]`. */
  readonly argv: readonly [string, ...string[]];
  /** The socket that it answers on once it is up. */
  readonly socketPath: string;
  readonly clock: Clock;
  readonly logPath?: string;
}

/**
 * Starts the agent in a session of its own and returns its process number once its socket answers. Throws
 * `agent-running` if one answers already, and `agent-unreachable` with its last words if it ends before it answers,
 * or takes too long.
 */
export async function detach(options: DetachOptions): Promise<number> {
  const { argv, socketPath, clock, logPath = defaultLogPath } = options;
  if (await answers(socketPath)) throw agentRuns(socketPath);
  const fromByte = await prepareLog(logPath);
  const child = spawnDetached(argv, logPath);
  const over = new AbortController();
  const ended = endOf(child).finally(() => over.abort());
  if (await answersInTime(socketPath, clock, over.signal)) return child.pid ?? 0;
  const how = over.signal.aborted ? await ended : undefined;
  const lines = await tailLog(logPath, logLinesInErrors, fromByte);
  throw new MusterError('agent-unreachable', {
    what:
      how === undefined
        ? 'the agent was started and does not answer yet'
        : `the agent ended at once (${how})`,
    why: lines.length === 0 ? 'it said nothing' : lines.join('\n'),
    next: `tail -n 50 ${logPath}`,
  });
}

async function answersInTime(socketPath: string, clock: Clock, ended: AbortSignal): Promise<boolean> {
  const until = clock.monotonicMs() + readyTimeoutMs;
  while (!ended.aborted && clock.monotonicMs() < until) {
    if (await answers(socketPath)) return true;
    await clock.sleep(pollMs, ended);
  }
  return false;
}

function endOf(child: ReturnType<typeof spawn>): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) =>
      resolve(signal === null ? `exit ${String(code)}` : `signal ${signal}`),
    );
  });
}

function spawnDetached(
  [program, ...args]: readonly [string, ...string[]],
  logPath: string,
): ReturnType<typeof spawn> {
  const log = openSync(logPath, 'a', 0o640);
  const child = spawn(program, args, {
    cwd: '/',
    env: cleanEnvironment(),
    detached: true,
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  child.unref();
  return child;
}

function answers(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const connection = connect(socketPath);
    const end = (answered: boolean): void => {
      connection.destroy();
      resolve(answered);
    };
    connection.once('connect', () => end(true));
    connection.once('error', () => end(false));
  });
}

function agentRuns(socketPath: string): MusterError {
  return new MusterError('agent-running', {
    what: 'the agent runs on this machine already',
    why: `${socketPath} answers`,
    next: 'muster status',
  });
}
