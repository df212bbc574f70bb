import { describe, expect, it, test } from 'vitest';
import {
  type CacheReport,
  PurgeReport,
  type PurgeRequest,
  schemaVersion,
} from '../../../../agent/api/contract.ts';
import { CachesReport } from '../../../../agent/api/contract-cache.ts';
import { purgeTarget } from '../../../../coordinator/cli/purge-target.ts';
import { sampleCaches } from '../../../support/fake-caches.ts';
import { fakeClient } from '../../../support/fake-client.ts';
import { muster } from '../../../support/fake-context.ts';

const host = 'www.example.org';

describe('what is to be purged', () => {
  it.each<{ url?: string; prefix?: string; all?: boolean; target: PurgeRequest }>([
    { all: true, target: { kind: 'all' } },
    { url: 'https://WWW.example.org/a?b=1#c', target: { kind: 'url', host, path: '/a?b=1' } },
    { url: 'www.example.org', target: { kind: 'url', host, path: '/' } },
    { url: 'http://www.example.org:8080/ü', target: { kind: 'url', host, path: '/%C3%BC' } },
    { prefix: 'www.example.org/blog/', target: { kind: 'prefix', host, path: '/blog/' } },
    { prefix: host, target: { kind: 'site', host } },
  ])('$url $prefix $all', ({ url, target, ...options }) => {
    expect(purgeTarget(url, options)).toEqual(target);
  });
});

test.each(['', 'a.example --all', '--prefix a.example --all', 'http://:80/'])(
  'cache purge %s: a usage error',
  async (words) => {
    const { code, stderr } = await muster(`cache purge ${words}`.trim());
    expect(code).toBe(2);
    expect(stderr).toContain('muster cache purge --help');
  },
);

test('it returns once no balancer is waited for', async () => {
  let looks = 0;
  const client = fakeClient({
    cache: async () => {
      looks += 1;
      // First the old state of things, then a balancer that is late.
      return { schemaVersion, version: looks < 2 ? 6 : 7, waiting: looks < 4 ? ['b2'] : [], caches: [] };
    },
  });
  const { code, stdout } = await muster('cache purge --all --json', { client });
  expect([code, looks]).toEqual([0, 4]);
  expect(PurgeReport.parse(JSON.parse(stdout))).toMatchObject({ version: 7 });
});

test('it says which balancer may still give old pages', async () => {
  const late = { schemaVersion, version: 7, waiting: ['b2'], caches: ['b1'] } satisfies CacheReport;
  const { code, stderr } = await muster('cache purge --all', {
    client: fakeClient({ cache: async () => late }),
  });
  expect(code).toBe(1);
  expect(stderr).toContain('b2');
});

describe('cache status', () => {
  it('has a line for each cache, and says what is not known', async () => {
    const { code, stdout } = await muster('cache status', { client: fakeClient() });
    expect(code).toBe(0);
    expect(stdout.split('\n').map((line) => line.replaceAll(/ {2,}/g, ' | '))).toEqual([
      'The last purge was 8 min ago.',
      '! Older pages may still come through b2.',
      'NODE | ADDRESS | FROM THE CACHE | ANSWERS | NOT FOR CACHES | PAGES | POOL | ITEMS | EVICTED',
      'b1 | 10.0.0.1 | 96.5 % | 1000 | 12 | 12.0 MiB of 800.0 MiB | 12 KiB of 64.0 MiB | 41 | 3',
      'b2 | 10.0.0.2 | 0 | 0',
      '! b2: no answer within 10 s',
      '! Counts are missing of b2: no answer within 10 s',
      '',
    ]);
  });

  it('is the report itself as JSON', async () => {
    const { stdout } = await muster('cache status --json');
    expect(CachesReport.parse(JSON.parse(stdout))).toEqual(sampleCaches);
  });

  it('says so where no node is a cache', async () => {
    const none = { ...sampleCaches, caches: [], missing: [] };
    const { stdout } = await muster('cache status', { client: fakeClient({ caches: async () => none }) });
    expect(stdout).toBe('No node carries cache: pages come from the web servers.\n');
  });
});
