import { execa } from 'execa';
import { say } from './figures.ts';
import { inTurn, type Quantity, sayTurns, type Turns } from './turns.ts';

const secondsPerRun = 8;
const connections = 32;

/** The minimal pair, without retries, loses a request now and then; more than one in a thousand is no figure. */
const mostFailedShare = 0.001;

/** Two pages: what costs PHP, and what costs the two servers alone. */
export const pages = { 'PHP page': '/', 'static file of 4 KiB': '/four.txt' } as const;
export const fourKiB = { path: '/var/lib/muster/www/default/four.txt', text: 'x'.repeat(4_096) } as const;

/** Two servers of the same pages, by their addresses, and what the other one is called. */
export interface Rivals {
  readonly ours: string;
  readonly theirs: string;
  readonly theirName: string;
}

/** What one run of wrk has seen; the 99th percentile is of its thousands of requests. */
interface Load {
  readonly perSecond: number;
  readonly p99Ms: number;
}

/** How a load is made. */
interface Manner {
  readonly seconds?: number;
  /** Headers of every request, as in `Connection: close`. */
  readonly headers?: readonly string[];
}

/** A page from both in turn: requests a second. */
export async function compare(rivals: Rivals, what: string, path: string, runs: number): Promise<void> {
  sayTurns(await loads(rivals, path, runs), { what, ...perSecond });
}

/** The same with the time that all but one in a hundred requests took at most, while both give what they can. */
export async function compareWithLatency(
  rivals: Rivals,
  what: string,
  path: string,
  runs: number,
  manner: Manner = {},
): Promise<void> {
  const turns = await loads(rivals, path, runs, manner);
  sayTurns(turns, { what, ...perSecond });
  sayTurns(turns, { what: `${what}, p99`, unit: 'ms', better: 'less', of: ({ p99Ms }) => p99Ms });
}

const perSecond: Omit<Quantity<Load>, 'what'> = {
  unit: 'requests/s',
  better: 'more',
  digits: 0,
  of: (load) => load.perSecond,
};

function loads(
  { ours, theirs, theirName }: Rivals,
  path: string,
  runs: number,
  manner: Manner = {},
): Promise<readonly Turns<Load>[]> {
  return inTurn(
    [
      { name: 'muster', measure: () => load(`${ours}${path}`, manner) },
      { name: theirName, measure: () => load(`${theirs}${path}`, manner) },
    ],
    runs,
  );
}

async function load(url: string, { seconds = secondsPerRun, headers = [] }: Manner): Promise<Load> {
  const words = headers.flatMap((header) => ['-H', header]);
  const { stdout } = await execa('wrk', [
    '-t1',
    `-c${connections}`,
    `-d${seconds}s`,
    '--latency',
    ...words,
    url,
  ]);
  const errors =
    /Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)/.exec(stdout)?.slice(1) ?? [];
  const bad = Number(/Non-2xx or 3xx responses: (\d+)/.exec(stdout)?.[1] ?? 0);
  const failed = errors.map(Number).reduce((sum, count) => sum + count, bad);
  const requests = Number(/(\d+) requests in/.exec(stdout)?.[1]);
  if (failed > 0) say(`note: ${failed} of ${requests} requests failed on ${url}`);
  if (failed > mostFailedShare * requests) throw new Error(`wrk met failures on ${url}:\n${stdout}`);
  const [, late, unit = ''] = /99%\s+([\d.]+)(us|ms|s)/.exec(stdout) ?? [];
  return {
    perSecond: Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1]),
    p99Ms: Number(late) * (msOf[unit] ?? Number.NaN),
  };
}

const msOf: Readonly<Record<string, number>> = { us: 0.001, ms: 1, s: 1_000 };

/** Installs wrk on this host where it is missing. */
export async function requireWrk(): Promise<void> {
  const found = await execa('wrk', ['--version'], { reject: false });
  if (found.exitCode !== undefined) return;
  await execa('apt-get', ['install', '-y', '--no-install-recommends', 'wrk']);
}
