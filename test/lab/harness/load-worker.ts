import { setTimeout as pause } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';

import { dueBy, type LoadOrder, mannerOf } from './load-order.ts';
import { type Outcome, reportOf } from './load-report.ts';
import { askAsBrowser, hangUp } from './load-request.ts';

/** Fine enough for a thousand requests in a second to leave one or two at a time. */
const TICK_MS = 1;

const order = workerData as LoadOrder;
const startedAt = Date.now();
const begun = performance.now();
const elapsedMs = (): number => performance.now() - begun;
const outcomes: Outcome[] = [];
/** The empty list is what is handed over beside the message: nothing. */
const tell = (message: object): void => parentPort?.postMessage(message, []);
const underWay = new Set<Promise<void>>();
let sent = 0;
const stop = new AbortController();

const send = (): void => {
  const one = askAsBrowser(order, mannerOf(sent, order), elapsedMs()).then((outcome) => {
    outcomes.push(outcome);
    underWay.delete(one);
    if (outcome.failure !== undefined) tell({ failure: outcome });
  });
  sent += 1;
  underWay.add(one);
};

parentPort?.once('message', () => {
  stop.abort();
});
// The clock decides how many are due, never the answers: a slow server meets the same load as a fast one.
while (!stop.signal.aborted) {
  while (!stop.signal.aborted && sent < dueBy(elapsedMs(), order.requestsPerSecond)) send();
  await pause(TICK_MS);
}
await Promise.all(underWay);
tell({ report: reportOf(outcomes, elapsedMs(), startedAt) });
// Either would keep this thread.
hangUp();
parentPort?.close();
