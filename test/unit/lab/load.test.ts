import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';

import { startLoad } from '../../lab/harness/load.ts';
import { dueBy, mannerOf } from '../../lab/harness/load-order.ts';
import { type Outcome, quantile, reportOf } from '../../lab/harness/load-report.ts';

describe('the report', () => {
  const good = (atMs: number, tookMs = 1): Outcome => ({ atMs, tookMs });
  const bad = (atMs: number, failure: string): Outcome => ({ atMs, tookMs: 1, failure });

  test('every request is accounted for, gaps run to the next success', () => {
    const outcomes = [good(0), bad(20, 'reset'), bad(10, 'refused'), good(30, 9), bad(40, 'refused')];
    expect(reportOf(outcomes, 50, 1000)).toEqual({
      sent: 5,
      ok: 2,
      failed: 3,
      startedAt: 1000,
      durationMs: 50,
      failures: [
        { atMs: 10, kind: 'refused' },
        { atMs: 20, kind: 'reset' },
        { atMs: 40, kind: 'refused' },
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
  const manners = Array.from({ length: 1000 }, (_, at) =>
    mannerOf(at, { keepAliveShare: 0.5, postShare: 0.2 }),
  );
  const posts = manners.filter(({ post }) => post);
  expect(Math.abs(posts.length - 200)).toBeLessThan(5);
  expect(Math.abs(posts.filter(({ keepAlive }) => keepAlive).length - 100)).toBeLessThan(10);
});

describe('the client', () => {
  let server: Server | undefined;
  afterEach(() => {
    server?.closeAllConnections();
    server?.close();
  });

  const serve = async (answer: (number: number) => number): Promise<string> => {
    let number = 0;
    server = createServer((_, response) => {
      const status = answer(number++);
      if (status === 0) response.socket?.destroy();
      else response.writeHead(status).end('page');
    });
    await new Promise<void>((done) => server?.listen(0, '127.0.0.1', done));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  };

  const load = async (url: string): ReturnType<ReturnType<typeof startLoad>['stop']> => {
    const running = startLoad({ url, requestsPerSecond: 200, postShare: 0.3 });
    await new Promise((done) => setTimeout(done, 500));
    return running.stop();
  };

  test('counts what succeeded and names what did not', async () => {
    const url = await serve((number) => (number % 10 === 5 ? 503 : number % 10 === 7 ? 0 : 200));
    const report = await load(url);
    expect(report.sent).toBeGreaterThan(20);
    expect(report.sent).toBe(report.ok + report.failed);
    expect(report.kinds['status 503']).toBeGreaterThan(0);
    expect((report.kinds['reset'] ?? 0) + (report.kinds['reset on a kept connection'] ?? 0)).toBeGreaterThan(
      0,
    );
  });

  test('nobody there', async () => {
    const report = await load('http://127.0.0.1:9/');
    expect(report.ok).toBe(0);
    expect(report.kinds).toEqual({ refused: report.sent });
  });
});
