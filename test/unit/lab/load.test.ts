import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test, vi } from 'vitest';

import { startLoad } from '../../lab/harness/load.ts';
import { dueBy, mannerOf, orderOf } from '../../lab/harness/load-order.ts';
import { type Outcome, quantile, reportOf } from '../../lab/harness/load-report.ts';

describe('the report', () => {
  const good = (atMs: number, tookMs = 1): Outcome => ({ atMs, tookMs, post: false });
  const bad = (atMs: number, failure: string, post = false): Outcome => ({ atMs, tookMs: 1, post, failure });

  test('every request is accounted for, gaps run to the next success', () => {
    const outcomes = [good(0), bad(20, 'reset', true), bad(10, 'refused'), good(30, 9), bad(40, 'refused')];
    expect(reportOf(outcomes, 50, 1000)).toEqual({
      sent: 5,
      ok: 2,
      failed: 3,
      repeated: 0,
      startedAt: 1000,
      durationMs: 50,
      failures: [
        { atMs: 10, tookMs: 1, post: false, kind: 'refused' },
        { atMs: 20, tookMs: 1, post: true, kind: 'reset' },
        { atMs: 40, tookMs: 1, post: false, kind: 'refused' },
      ],
      kinds: { refused: 2, reset: 1 },
      latencyMs: { p50: 1, p99: 9, max: 9 },
      gaps: [
        { atMs: 10, lengthMs: 20, failed: 2 },
        { atMs: 40, lengthMs: 10, failed: 1 },
      ],
    });
  });

  test('quantiles', () => {
    const hundred = Array.from({ length: 100 }, (_, at) => at + 1);
    expect([quantile(hundred, 0.5), quantile(hundred, 0.99), quantile([], 0.5)]).toEqual([50, 99, 0]);
  });
});

test('as many are due as the clock says', () => {
  expect([dueBy(0, 100), dueBy(9.9, 100), dueBy(10, 100), dueBy(1000, 100)]).toEqual([1, 1, 2, 101]);
});

test('shares are met, and do not depend on each other', () => {
  const manners = Array.from({ length: 10_000 }, (_, at) =>
    mannerOf(at, { keepAliveShare: 0.5, postShare: 0.2, slowShare: 0.05 }),
  );
  const posts = manners.filter(({ post }) => post);
  const slow = manners.filter((manner) => manner.slow);
  const counts = [
    { found: posts.length, wanted: 2_000 },
    { found: posts.filter(({ keepAlive }) => keepAlive).length, wanted: 1_000 },
    { found: slow.length, wanted: 500 },
    { found: slow.filter(({ post }) => post).length, wanted: 100 },
    { found: slow.filter(({ keepAlive }) => keepAlive).length, wanted: 250 },
  ];
  for (const { found, wanted } of counts) expect(Math.abs(found - wanted)).toBeLessThan(wanted / 10);
});

test.each([
  { what: 'no slow page', options: {}, share: 0, url: 'http://a:1/' },
  { what: 'a share alone', options: { slowShare: 0.5 }, share: 0, url: 'http://a:1/' },
  { what: 'a path alone', options: { slowPath: '/slow.php' }, share: 0.05, url: 'http://a:1/slow.php' },
  { what: 'both', options: { slowPath: '/s', slowShare: 0.5 }, share: 0.5, url: 'http://a:1/s' },
])('$what', ({ options, share, url }) => {
  const order = orderOf({ url: 'http://a:1/', requestsPerSecond: 1, ...options });
  expect([order.slowShare, order.slowUrl]).toEqual([share, url]);
});

describe('the client', () => {
  let server: Server | undefined;
  let asked = 0;
  afterEach(() => {
    server?.closeAllConnections();
    server?.close();
    [server, asked] = [undefined, 0];
  });

  const enough = async (): Promise<void> => {
    if (server === undefined) return new Promise((done) => setTimeout(done, 500));
    await vi.waitUntil(() => asked >= 60, { timeout: 20_000 });
  };

  const serve = async (answer: (number: number) => number): Promise<string> => {
    server = createServer((_, response) => {
      const status = answer(asked++);
      if (status === 0) response.socket?.destroy();
      else response.writeHead(status).end('page');
    });
    await new Promise<void>((done) => server?.listen(0, '127.0.0.1', done));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  };

  const load = async (url: string): ReturnType<ReturnType<typeof startLoad>['stop']> => {
    const running = startLoad({ url, requestsPerSecond: 200, postShare: 0.3 });
    await enough();
    return running.stop();
  };

  test('counts what succeeded and names what did not', async () => {
    const url = await serve((number) => (number % 10 === 5 ? 503 : number % 10 === 7 ? 0 : 200));
    const report = await load(url);
    expect(report.sent).toBe(report.ok + report.failed);
    expect(report.kinds['status 503']).toBeGreaterThan(0);
    expect(report.kinds['reset']).toBeGreaterThan(0);
  });

  test('a page asked for on a kept connection that is just being closed is asked for again', async () => {
    const connections = new Map<unknown, number>();
    server = createServer((request, response) => {
      asked += 1;
      const before = connections.get(request.socket) ?? 0;
      connections.set(request.socket, before + 1);
      // Each connection serves one request, and is cut when a second one comes.
      if (before > 0) request.socket.destroy();
      else response.end('page');
    });
    await new Promise<void>((done) => server?.listen(0, '127.0.0.1', done));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const running = startLoad({ url, requestsPerSecond: 200, postShare: 0 });
    await enough();
    const report = await running.stop();
    expect(report.failures).toEqual([]);
    expect(report.repeated).toBeGreaterThan(0);
  });

  test('nobody there', async () => {
    const report = await load('http://127.0.0.1:9/');
    expect(report.ok).toBe(0);
    expect(report.kinds).toEqual({ refused: report.sent });
  });
});
