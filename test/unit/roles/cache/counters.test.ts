import { describe, expect, it } from 'vitest';
import { pageBytesIn, pageLimitOf, poolCountersIn } from '../../../../roles/cache/counters.ts';
import { viewOf } from '../../../support/sketches.ts';

describe('memcached’s counters', () => {
  const stats = [
    'STAT pid 7',
    'STAT uptime 3600',
    'STAT version 1.6.18',
    'STAT curr_items 41',
    'STAT bytes 2048',
    'STAT limit_maxbytes 67108864',
    'STAT get_hits 90',
    'STAT get_misses 10',
    'STAT evictions 3',
    'END',
  ];

  it('are found by their names', () => {
    expect(poolCountersIn(stats.join('\r\n'))).toEqual({
      items: 41,
      bytes: 2048,
      limitBytes: 67_108_864,
      hits: 90,
      misses: 10,
      evicted: 3,
      seconds: 3600,
    });
  });

  it.each(['curr_items', 'limit_maxbytes', 'evictions'])('are none without %s', (name) => {
    const without = stats.filter((line) => !line.includes(name));
    expect(poolCountersIn(without.join('\r\n'))).toBeUndefined();
  });
});

describe('stored pages', () => {
  it.each([
    ['12582912\t/var/lib/nginx/muster-pages\n', 12_582_912],
    ['du: cannot access: No such file or directory\n', undefined],
  ])('%s', (text, bytes) => {
    expect(pageBytesIn(text)).toBe(bytes);
  });

  it('may take what the settings say', () => {
    const view = { ...viewOf({ ordinal: 1 }), settings: { cache: { diskMiB: 200 } } };
    expect(pageLimitOf(view)).toBe(200 * 1024 * 1024);
  });
});
