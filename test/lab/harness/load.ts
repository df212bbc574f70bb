import { Worker } from 'node:worker_threads';

import { type LoadOptions, orderOf } from './load-order.ts';
import type { LoadReport, Outcome } from './load-report.ts';

/** A load that is running. */
export interface Load {
  /** Sends no more, waits for what is under way, and tells what became of every request. */
  stop(): Promise<LoadReport>;
  /** Sends no more and tells nothing: for whoever does not get as far as to stop it. */
  abandon(): Promise<void>;
}

/**
 * Sends requests at a fixed rate, whatever comes back, from a thread of its own: what the test itself does meanwhile
 * does not slow them. `onFailure` hears of each failed request at once.
 */
export const startLoad = (
  options: LoadOptions & { readonly onFailure?: (failure: Outcome) => void },
): Load => {
  const { onFailure, ...rest } = options;
  const worker = new Worker(new URL('load-worker.ts', import.meta.url), { workerData: orderOf(rest) });
  const report = new Promise<LoadReport>((resolve, reject) => {
    worker.on('message', (told: { failure?: Outcome; report?: LoadReport }) => {
      if (told.failure) onFailure?.(told.failure);
      if (told.report) resolve(told.report);
    });
    worker.once('error', reject);
    worker.once('exit', (code) => reject(new Error(`The load ended by itself with code ${code}.`)));
  });
  // Heard at `stop`; until then nobody listens.
  report.catch(() => undefined);
  return {
    stop: async () => {
      worker.postMessage('stop', []);
      return report;
    },
    abandon: async () => {
      await worker.terminate();
    },
  };
};
