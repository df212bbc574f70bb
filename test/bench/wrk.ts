import { execa } from 'execa';
import { figure, row, say } from './figures.ts';

const runs = 10;
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

/** Requests a second of a page from both in turn, run by run. */
export async function compare(
  { ours, theirs, theirName }: Rivals,
  what: string,
  path: string,
): Promise<void> {
  const urls = [`${ours}${path}`, `${theirs}${path}`] as const;
  const [a, b, ratios]: [number[], number[], number[]] = [[], [], []];
  for (const url of urls) await requestsPerSecond(url);
  for (let run = 0; run < runs; run += 1) {
    // Who goes first changes, so that drift of the host falls on both.
    const results = new Map<string, number>();
    for (const url of run % 2 === 0 ? urls : urls.toReversed())
      results.set(url, await requestsPerSecond(url));
    const [mine = 0, other = 0] = urls.map((url) => results.get(url));
    a.push(mine);
    b.push(other);
    ratios.push(mine / other);
  }
  say(row(`${what}, muster`, figure(a, 'more'), 'requests/s', 0));
  say(row(`${what}, ${theirName}`, figure(b, 'more'), 'requests/s', 0));
  say(row(`${what}, ratio pair by pair`, figure(ratios, 'more'), '×', 3));
}

async function requestsPerSecond(url: string): Promise<number> {
  const { stdout } = await execa('wrk', ['-t1', `-c${connections}`, `-d${secondsPerRun}s`, url]);
  const errors =
    /Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)/.exec(stdout)?.slice(1) ?? [];
  const bad = Number(/Non-2xx or 3xx responses: (\d+)/.exec(stdout)?.[1] ?? 0);
  const failed = errors.map(Number).reduce((sum, count) => sum + count, bad);
  const requests = Number(/(\d+) requests in/.exec(stdout)?.[1]);
  if (failed > 0) say(`note: ${failed} of ${requests} requests failed on ${url}`);
  if (failed > mostFailedShare * requests) throw new Error(`wrk met failures on ${url}:\n${stdout}`);
  return Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1]);
}

/** Installs wrk on this host where it is missing. */
export async function requireWrk(): Promise<void> {
  const found = await execa('wrk', ['--version'], { reject: false });
  if (found.exitCode !== undefined) return;
  await execa('apt-get', ['install', '-y', '--no-install-recommends', 'wrk']);
}
