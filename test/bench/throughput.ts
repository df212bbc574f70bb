import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { install, well } from '../lab/harness/cluster.ts';
import { type LabMachine, openLab } from '../lab/harness/index.ts';
import { figure, row, say, tableHead } from './figures.ts';

const runs = 10;
const secondsPerRun = 8;
const connections = 32;

/** Two pages: what costs PHP, and what costs the two servers alone. */
const pages = { 'PHP page': '/', 'static file of 4 KiB': '/four.txt' } as const;

/** The pair beside ours: as few lines as work, on ports of its own. */
const minimalPort = 8090;
const minimal = '/root/minimal';

/**
 * Requests a second through our HAProxy and Apache, and through a hand-written minimal pair on the same machine with
 * the same PHP-FPM, in turn.
 */
export async function benchThroughput(): Promise<void> {
  await requireWrk();
  await using lab = await openLab({ machines: 1 });
  const b1 = lab.machine('b1');
  await install(b1);
  await well(b1, 60_000);
  await startMinimal(b1);
  await b1.writeFile('/var/lib/muster/www/default/four.txt', 'x'.repeat(4_096));
  say(tableHead);
  for (const [what, path] of Object.entries(pages)) await compare(b1, what, path);
}

async function compare(machine: LabMachine, what: string, path: string): Promise<void> {
  const ours = `http://${machine.address}${path}`;
  const theirs = `http://${machine.address}:${minimalPort}${path}`;
  const [a, b, ratios]: [number[], number[], number[]] = [[], [], []];
  await requestsPerSecond(ours);
  await requestsPerSecond(theirs);
  for (let run = 0; run < runs; run += 1) {
    // Who goes first changes, so that drift of the host falls on both.
    const order = run % 2 === 0 ? [ours, theirs] : [theirs, ours];
    const results = new Map<string, number>();
    for (const url of order) results.set(url, await requestsPerSecond(url));
    const [mine, other] = [results.get(ours) ?? 0, results.get(theirs) ?? 0];
    a.push(mine);
    b.push(other);
    ratios.push(mine / other);
  }
  say(row(`${what}, muster`, figure(a, 'more'), 'requests/s', 0));
  say(row(`${what}, hand-written minimal pair`, figure(b, 'more'), 'requests/s', 0));
  say(row(`${what}, ratio pair by pair`, figure(ratios, 'more'), '×', 3));
}

/** The minimal pair, without retries, loses a request now and then; more than one in a thousand is no figure. */
const mostFailedShare = 0.001;

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

async function startMinimal(machine: LabMachine): Promise<void> {
  for (const name of ['haproxy.cfg', 'apache2.conf']) {
    await machine.writeFile(
      `${minimal}/${name}`,
      await readFile(join(import.meta.dirname, 'minimal', name), 'utf8'),
    );
  }
  await machine.exec(['/usr/sbin/apache2', '-f', `${minimal}/apache2.conf`]);
  await machine.exec(['/usr/sbin/haproxy', '-D', '-f', `${minimal}/haproxy.cfg`]);
}

async function requireWrk(): Promise<void> {
  const found = await execa('wrk', ['--version'], { reject: false });
  if (found.exitCode !== undefined) return;
  await execa('apt-get', ['install', '-y', '--no-install-recommends', 'wrk']);
}
