import { describe, expect, it, test } from 'vitest';
import {
  type CacheReport,
  PurgeReport,
  type PurgeRequest,
  schemaVersion,
} from '../../../../agent/api/contract.ts';
import { purgeTarget } from '../../../../coordinator/cli/purge-target.ts';
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
