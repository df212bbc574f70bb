import { describe, expect, it } from 'vitest';
import { afterPurge, nothingPurged, type Purge, PurgedDecision } from '../../../../roles/model/cache.ts';
import { notPurgedYet } from '../../../../roles/model/purging.ts';
import { viewOf } from '../../../support/sketches.ts';

const host = 'www.example.org';
const after = (...purges: readonly Purge[]): PurgedDecision => {
  let decision = nothingPurged;
  for (const [at, purge] of purges.entries()) decision = afterPurge(decision, purge, at + 1);
  return decision;
};

/** The version of an address, as HAProxy looks it up. */
function versionOf({ prefixes, urls }: PurgedDecision, at: string): string {
  const longest = Object.keys(prefixes)
    .filter((rule) => at.startsWith(rule))
    .sort((a, b) => b.length - a.length)[0];
  return `${prefixes[longest ?? ''] ?? 0}.${urls[at] ?? 0}`;
}

describe('a purge', () => {
  const pages = [
    `/${host}/`,
    `/${host}/blog/a`,
    `/${host}/blog/a?page=2`,
    `/${host}/blogroll`,
    '/other.example/blog/a',
  ];
  it.each<{ what: string; purge: Purge; old: readonly string[] }>([
    { what: 'of all', purge: { kind: 'all' }, old: pages },
    { what: 'of a site', purge: { kind: 'site', host }, old: pages.slice(0, 4) },
    { what: 'of a prefix', purge: { kind: 'prefix', host, path: '/blog/' }, old: pages.slice(1, 3) },
    {
      what: 'of a URL, its query included',
      purge: { kind: 'url', host, path: '/blog/a' },
      old: pages.slice(1, 2),
    },
    {
      what: 'of a host in capitals',
      purge: { kind: 'site', host: 'WWW.Example.ORG' },
      old: pages.slice(0, 4),
    },
  ])('$what makes old what it names, and nothing else, whatever was purged before', ({ purge, old }) => {
    const befores: readonly (readonly Purge[])[] = [
      [],
      [{ kind: 'all' }],
      [
        { kind: 'prefix', host, path: '/blog/a' },
        { kind: 'url', host, path: '/blog/a' },
      ],
      [
        { kind: 'url', host, path: '/blog/a' },
        { kind: 'site', host },
        { kind: 'prefix', host, path: '/' },
      ],
    ];
    for (const before of befores) {
      const seen = after(...before);
      const now = afterPurge(seen, purge, 100);
      const changed = pages.filter((page) => versionOf(seen, page) !== versionOf(now, page));
      expect(changed, JSON.stringify(before)).toEqual(old);
    }
  });

  it('never gives a version twice, also where the clock went back', () => {
    const first = afterPurge(nothingPurged, { kind: 'all' }, 1_000);
    expect(afterPurge(first, { kind: 'all' }, 5).version).toBe(1_001);
  });

  it('keeps few rules: too many for one site become one', () => {
    let decision = nothingPurged;
    for (let at = 0; at < 300; at += 1) {
      const before = versionOf(decision, `/${host}/page-7`);
      decision = afterPurge(decision, { kind: 'url', host, path: `/page-${at}` }, at + 1);
      if (at === 200) expect(versionOf(decision, `/${host}/page-7`)).not.toBe(before);
    }
    expect(Object.keys(decision.urls).length + Object.keys(decision.prefixes).length).toBeLessThanOrEqual(
      200,
    );
    expect(PurgedDecision.parse(decision)).toEqual(decision);
  });
});

describe('who has not purged yet', () => {
  it.each([
    { what: 'who has said so has', applied: 'r1 purged:7', verdict: 'alive', waits: [] },
    { what: 'who says an earlier version has not', applied: 'r1 purged:6', verdict: 'alive', waits: ['b1'] },
    { what: 'who says a later one has', applied: 'purged:12', verdict: 'alive', waits: [] },
    { what: 'who is unmanaged goes on as before', applied: '', verdict: 'unmanaged', waits: ['b1'] },
    { what: 'who is unreachable is asked nothing', applied: '', verdict: 'unreachable', waits: [] },
  ] as const)('$what', ({ applied, verdict, waits }) => {
    const view = viewOf(
      { ordinal: 1, verdict, applied: { balancer: applied } },
      { ordinal: 2, roles: ['web'] },
    );
    expect(notPurgedYet(view, 7).map(({ record }) => record.name)).toEqual(waits);
  });
});
