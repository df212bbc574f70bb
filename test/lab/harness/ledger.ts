import { createHash } from 'node:crypto';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';

/** Where the sample application (test/lab/sample) answers. */
interface LedgerPlace {
  /** The address that visitors call, as in `10.77.0.100`. */
  readonly address: string;
  /** The application's domain. */
  readonly host: string;
}

export interface LedgerOptions extends LedgerPlace {
  readonly entriesPerSecond: number;
  readonly uploadsPerSecond: number;
}

/** What was acknowledged, and what was not, by kind. */
interface LedgerReport {
  readonly acknowledged: number;
  readonly failed: number;
  readonly kinds: Readonly<Record<string, number>>;
  /** How many of the acknowledged the application had to try more than once: without that they had failed. */
  readonly repeated: number;
  /** Longest time between two acknowledgements of entries, in milliseconds: the pause that a switchover made. */
  readonly longestPauseMs: number;
}

export interface Ledger {
  /** Ends the load, and waits for what is under way. */
  stop(): Promise<LedgerReport>;
  /** What was acknowledged and is not there; empty is what has to come back. */
  lost(): Promise<readonly string[]>;
}

const timeoutMs = 20_000;

/**
 * Writes entries and uploads at a steady rate, whatever comes back, and remembers each that was acknowledged: it has to
 * be there afterwards.
 */
export function startLedger(options: LedgerOptions): Ledger {
  const kept = new Set<string>();
  const kinds: Record<string, number> = {};
  const open = new Set<Promise<void>>();
  const ended = new AbortController();
  const run = `r${Date.now().toString(36)}`;
  let repeated = 0;
  let longestPauseMs = 0;
  let lastMs = performance.now();

  const write = async (kind: 'entry' | 'upload', name: string): Promise<void> => {
    const body = `${name} of ${kind}`;
    const path = kind === 'entry' ? '/entries' : '/uploads';
    const outcome = await send(options, 'POST', `${path}?name=${name}`, body).catch((error: Error) => error);
    if (!(outcome instanceof Error) && outcome.status === 201) {
      if (outcome.attempts > 1) repeated += 1;
      kept.add(kind === 'entry' ? `entry ${name}` : `upload ${name} ${sumOf(body)}`);
      if (kind !== 'entry') return;
      longestPauseMs = Math.max(longestPauseMs, performance.now() - lastMs);
      lastMs = performance.now();
      return;
    }
    const told = outcome instanceof Error ? outcome.message : `${outcome.status} ${outcome.body.trim()}`;
    kinds[`${kind}: ${told}`] = (kinds[`${kind}: ${told}`] ?? 0) + 1;
  };

  const steadily = async (kind: 'entry' | 'upload', perSecond: number): Promise<void> => {
    if (perSecond === 0) return;
    const begunMs = performance.now();
    for (let count = 0; !ended.signal.aborted; count += 1) {
      const writing: Promise<void> = write(kind, `${run}-${kind}-${count}`).finally(() =>
        open.delete(writing),
      );
      open.add(writing);
      const nextMs = begunMs + ((count + 1) * 1_000) / perSecond;
      await pause(Math.max(0, nextMs - performance.now()));
    }
  };
  const loads = [steadily('entry', options.entriesPerSecond), steadily('upload', options.uploadsPerSecond)];

  return {
    stop: async () => {
      ended.abort();
      await Promise.all(loads);
      await Promise.all(open);
      const failed = Object.values(kinds).reduce((sum, count) => sum + count, 0);
      return { acknowledged: kept.size, failed, kinds, repeated, longestPauseMs: Math.round(longestPauseMs) };
    },
    lost: async () => {
      const { status, body } = await send(options, 'GET', '/ledger');
      if (status !== 200) throw new Error(`the ledger cannot be read: ${status} ${body}`);
      const there = new Set(body.split('\n'));
      return [...kept].filter((line) => !there.has(line)).sort();
    },
  };
}

function sumOf(content: string): string {
  return createHash('sha256').update(content).digest('hex');
}

interface Answered {
  readonly status: number;
  readonly body: string;
  /** How often the application tried. */
  readonly attempts: number;
}

async function send(
  { address, host }: LedgerPlace,
  method: 'GET' | 'POST',
  path: string,
  body?: string,
): Promise<Answered> {
  const { promise, resolve, reject } = Promise.withResolvers<Answered>();
  const signal = AbortSignal.timeout(timeoutMs);
  const asked = request(
    { host: address, path, method, headers: { host }, agent: false, signal },
    (response) => {
      const { statusCode = 0, headers } = response;
      const attempts = Number(headers['x-attempts'] ?? 1);
      text(response).then((answer) => resolve({ status: statusCode, body: answer, attempts }), reject);
    },
  );
  asked.on('error', reject);
  asked.end(body);
  return promise;
}
