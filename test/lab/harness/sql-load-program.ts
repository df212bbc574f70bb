import { createInterface } from 'node:readline/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { type Connection, createConnection } from 'mysql2/promise';

import type { SqlOrder, SqlReport } from './sql-load.ts';

/** An application that writes a row again until it is told that it is kept, on connections that it keeps. */

/** As PHP workers of a small machine: enough for the rate at 80 ms a row. */
const workers = 16;
/** A worker that was refused does not ask again at once: the machine has better to do. */
const againMs = 50;
/** What is still open so long after the end is told as open. */
const lastMs = 60_000;
const connectTimeoutMs = 10_000;
const duplicateKey = 1062;

const input = createInterface({ input: process.stdin });
const lines = input[Symbol.asyncIterator]();
const order = JSON.parse((await lines.next()).value as string) as SqlOrder;
const { writes, perSecond } = order;

const acknowledged: number[] = [];
const kinds: Record<string, number> = {};
let [pauseMs, slowestMs, failedFirst, open, taken] = [0, 0, 0, 0, 0];
const begunMs = performance.now();
let lastAckMs = begunMs;
const ending = new AbortController();

const dueMs = (row: number): number => begunMs + (row * 1_000) / perSecond;

async function connect(): Promise<Connection> {
  const { port, user, password, database } = order;
  const place = { host: '127.0.0.1', port, user, password, database };
  const connection = await createConnection({ ...place, connectTimeout: connectTimeoutMs });
  // Heard by whoever asks next; without a listener it would end the process.
  connection.on('error', () => undefined);
  return connection;
}

async function ask(connection: Connection, row: number): Promise<void> {
  if (writes === undefined) await connection.query('SELECT COUNT(*) FROM ledger WHERE n < 10');
  else await connection.query('INSERT INTO ledger (run, n) VALUES (?, ?)', [writes.run, row]);
}

function wordOf(error: unknown): string {
  const { errno, code, message } = error as { errno?: number; code?: string; message: string };
  return errno !== undefined && errno > 0 ? String(errno) : (code ?? message);
}

function note(row: number): void {
  const nowMs = performance.now();
  acknowledged.push(row);
  pauseMs = Math.max(pauseMs, nowMs - lastAckMs);
  slowestMs = Math.max(slowestMs, nowMs - dueMs(row));
  lastAckMs = nowMs;
}

/** One row until it is kept. Returns the connection for the next one. */
async function deal(row: number, kept: Connection | undefined): Promise<Connection | undefined> {
  let connection = kept;
  for (let tries = 1; ; tries += 1) {
    try {
      connection ??= await connect();
      await ask(connection, row);
      note(row);
      return connection;
    } catch (error) {
      connection?.destroy();
      connection = undefined;
      const word = wordOf(error);
      // A former try was done after all; only its answer was lost.
      if (word === String(duplicateKey) && tries > 1) {
        note(row);
        return undefined;
      }
      kinds[word] = (kinds[word] ?? 0) + 1;
      if (tries === 1) failedFirst += 1;
      if (writes === undefined) return undefined;
      await pause(againMs);
    }
  }
}

/** Takes the next row at its moment; a reader asks on a connection of its own each time, as PHP does. */
async function work(): Promise<void> {
  let connection: Connection | undefined;
  while (!ending.signal.aborted) {
    const row = taken;
    taken += 1;
    await pause(Math.max(0, dueMs(row) - performance.now()));
    if (ending.signal.aborted) break;
    open += 1;
    connection = await deal(row, connection);
    open -= 1;
    if (writes !== undefined) continue;
    await connection?.end().catch(() => undefined);
    connection = undefined;
  }
  await connection?.end().catch(() => undefined);
}

const working = Promise.all(Array.from({ length: workers }, work));
await lines.next();
ending.abort();
await Promise.race([working, pause(lastMs)]);
const report: SqlReport = {
  acknowledged,
  open,
  failedFirst,
  kinds,
  pauseMs: Math.round(pauseMs),
  slowestMs: Math.round(slowestMs),
};
process.stdout.write(JSON.stringify(report), () => process.exit(0));
