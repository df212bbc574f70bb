import type { Clock } from '../../../roles/model/ports.ts';
import { isAlive, type ProcessIdentity, sessionOf } from '../processes.ts';
import { systemCode } from '../refusal.ts';

/** Often enough that a stop is not held up by us; a look at /proc costs about a millisecond. */
const pollMs = 20;

export interface Ending {
  readonly signal: NodeJS.Signals;
  /** How long the session may take to finish what it is at before it is killed. */
  readonly patienceMs: number;
}

/**
 * Ends a main process and everything in its session: the main process by its own signal, what survives it by SIGTERM,
 * whatever is left after the patience by SIGKILL. Every process is proved to be of that session before it is signalled.
 */
export async function endSession(main: ProcessIdentity, ending: Ending, clock: Clock): Promise<void> {
  const until = clock.monotonicMs() + ending.patienceMs;
  if (isAlive(main)) signal(main.pid, ending.signal);
  while (isAlive(main) && clock.monotonicMs() < until) await clock.sleep(pollMs);
  if (!isAlive(main)) signalAll(main, 'SIGTERM');
  while (sessionOf(main).length > 0 && clock.monotonicMs() < until) await clock.sleep(pollMs);
  // Again until all are gone: one may have been starting another while it was killed.
  while (sessionOf(main).length > 0) {
    signalAll(main, 'SIGKILL');
    await clock.sleep(pollMs);
  }
}

function signalAll(main: ProcessIdentity, name: NodeJS.Signals): void {
  for (const { pid } of sessionOf(main)) signal(pid, name);
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    // It ended between the look and the signal.
    if (systemCode(error) !== 'ESRCH') throw error;
  }
}
