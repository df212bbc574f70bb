import { expect, it } from 'vitest';
import { purgeChange, sitePurges } from '../../../../coordinator/brain/purge.ts';
import { decode } from '../../../../coordinator/store/codec.ts';
import { cacheKey } from '../../../../coordinator/store/keys.ts';
import type { Snapshot } from '../../../../roles/model/ports.ts';

const host = 'www.example.org';
const empty: Snapshot = { revision: 3, entries: {} };

it('is the first of all where nothing was purged before', () => {
  const { transaction, version } = purgeChange(empty, { kind: 'site', host }, 50);
  expect(version).toBe(50);
  expect(transaction.conditions).toEqual([{ key: cacheKey, modRevision: 0 }]);
});

it('goes on from the stored one, and says what it means', () => {
  const first = purgeChange(empty, { kind: 'prefix', host, path: '/blog/' }, 50);
  const value = first.transaction.put?.[cacheKey] ?? '';
  const stored: Snapshot = { revision: 4, entries: { [cacheKey]: { value, modRevision: 4 } } };
  const second = purgeChange(stored, { kind: 'url', host, path: '/a' }, 40);
  expect(second).toMatchObject({
    version: 51,
    sentences: [`what is cached of ${host}/a counts as old from now on`],
    transaction: { conditions: [{ key: cacheKey, modRevision: 4 }] },
  });
  expect(decode(stored).cache?.prefixes).toEqual({ [`/${host}/blog/`]: 50 });
});

it('takes several hosts at once, and the last version stands for all of them', () => {
  const { transaction, version } = sitePurges(empty, [host, 'shop.example'], 50);
  const value = transaction.put?.[cacheKey] ?? '';
  const { cache } = decode({ revision: 4, entries: { [cacheKey]: { value, modRevision: 4 } } });
  expect(cache).toMatchObject({ version, prefixes: { [`/${host}/`]: 50, '/shop.example/': version } });
});
