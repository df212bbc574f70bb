import type { Clock, Random } from '../../roles/model/ports.ts';

export interface LoopParts {
  readonly clock: Clock;
  readonly random: Random;
  /** Pause between the end of one run and the begin of the next; ±10 % so that loops do not march in step. */
  readonly periodMs: number;
  readonly signal: AbortSignal;
  /** One run. True asks for the next one at once. */
  readonly run: () => Promise<boolean>;
  /** Hears of a run that threw; the loop goes on. */
  readonly onError: (error: unknown) => Promise<void>;
}

/** A piece of work done again and again, never twice at a time. */
export interface Loop {
  /** Cuts the pause short; during a run, asks for another after it. */
  wake(): void;
  /** Resolves when the signal has aborted and the run under way has ended. */
  readonly ended: Promise<void>;
}

const jitter = 0.1;

export function startLoop(parts: LoopParts): Loop {
  let woken = new AbortController();
  async function go(): Promise<void> {
    while (!parts.signal.aborted) {
      woken = new AbortController();
      const again = await parts.run().catch(async (error: unknown) => {
        await parts.onError(error);
        return false;
      });
      if (again) continue;
      const pause = parts.periodMs * (1 - jitter + 2 * jitter * parts.random.next());
      await parts.clock.sleep(pause, AbortSignal.any([parts.signal, woken.signal]));
    }
  }
  // The first run begins once the caller has the loop in hand.
  return { wake: () => woken.abort(), ended: Promise.resolve().then(go) };
}
