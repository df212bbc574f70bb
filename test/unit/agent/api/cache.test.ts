import { expect, test } from 'vitest';
import { CacheReport, PurgeReport } from '../../../../agent/api/contract.ts';
import { CacheNodeReport, CachesReport } from '../../../../agent/api/contract-cache.ts';
import { calledApp, errorIn } from '../../../support/called-app.ts';
import { fakeHandle } from '../../../support/fake-handle.ts';
import { nodeView, viewOfNodes } from '../../../support/sample-views.ts';

test('it says who has not taken the last purge in', async () => {
  const nodes = [
    nodeView(1, { roles: ['balancer', 'cache'], applied: { balancer: 'r1 purged:7' } }),
    nodeView(2, { roles: ['balancer'], applied: { balancer: 'r1 purged:6' } }),
    nodeView(3, { roles: ['balancer'], verdict: 'unreachable' }),
  ];
  const view = { ...viewOfNodes(nodes), cache: { version: 7, prefixes: {}, urls: {} } };
  const response = await calledApp(fakeHandle({ view: () => view }))('/v1/cache');
  expect(CacheReport.parse(await response.json())).toMatchObject({
    version: 7,
    waiting: ['b2'],
    caches: ['b1'],
  });
});

test('the caches tell how they fare, and a node what it knows itself', async () => {
  const called = calledApp();
  const all = CachesReport.parse(await (await called('/v1/cache/status')).json());
  expect(all.caches.map(({ name }) => name)).toEqual(['b1', 'b2']);
  expect(CacheNodeReport.parse(await (await called('/v1/cache/node')).json()).cache).toBeUndefined();
});

test.each([
  { kind: 'all' },
  { kind: 'site', host: 'www.example.org' },
  { kind: 'prefix', host: 'www.example.org', path: '/blog/' },
])('a purge of $kind is decided', async (body) => {
  const response = await calledApp()('/v1/cache/purge', { method: 'POST', body });
  expect(PurgeReport.parse(await response.json()).version).toBe(7);
});

test.each([
  { kind: 'everything' },
  { kind: 'url', host: 'www.example.org' },
  { kind: 'url', host: 'www.example.org', path: '/a b' },
  { kind: 'site', host: 'www.example.org/x' },
])('$kind, said wrongly, changes nothing', async (body) => {
  const response = await calledApp()('/v1/cache/purge', { method: 'POST', body });
  expect(response.status).toBe(400);
  expect((await errorIn(response)).code).toBe('request-invalid');
});
