import { expect, test } from 'vitest';
import { clusterKey, decisionsPrefix, leaderKey } from '../../../../coordinator/store/keys.ts';
import { MemoryDecisions } from '../../../../coordinator/store/memory.ts';
import { generationOf, importSeed, seedSnapshot } from '../../../../coordinator/store/seed.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { nodeView } from '../../../support/sample-views.ts';

const seed = seedSnapshot({ settings: {}, nodes: [nodeView(1).record] });
const keys = Object.keys(seed.entries).sort();
const store = (): MemoryDecisions => new MemoryDecisions(new FakeClock());

test('a seed goes into an empty store in one transaction', async () => {
  const decisions = store();
  expect(await importSeed(decisions, seed)).toBe(true);
  const { revision, entries } = await decisions.read(decisionsPrefix);
  expect(Object.keys(entries)).toEqual(keys);
  expect(Object.values(entries).every((entry) => entry.modRevision === revision)).toBe(true);
});

test('a store that holds decisions keeps them', async () => {
  const decisions = store();
  await decisions.transact({ conditions: [], put: { '/muster/settings': '{"old":1}' } });
  const before = await decisions.read(decisionsPrefix);
  expect(await importSeed(decisions, seed)).toBe(false);
  expect(await decisions.read(decisionsPrefix)).toEqual(before);
});

test('of two seeds at once one is taken, whole', async () => {
  const decisions = store();
  const other = seedSnapshot({ settings: { other: true }, nodes: [nodeView(2).record] });
  const taken = await Promise.all([importSeed(decisions, seed), importSeed(decisions, other)]);
  expect(taken.sort()).toEqual([false, true]);
  expect(Object.keys((await decisions.read(decisionsPrefix)).entries)).toHaveLength(2);
});

test('a leader in the store is no decision, and a leader in the snapshot is not brought back', async () => {
  const decisions = store();
  await decisions.transact({ conditions: [], put: { [leaderKey]: 'now' } });
  const old = { ...seed, entries: { ...seed.entries, [leaderKey]: { value: 'then', modRevision: 3 } } };
  expect(await importSeed(decisions, old)).toBe(true);
  expect((await decisions.read(leaderKey)).entries[leaderKey]?.value).toBe('now');
});

test.each([
  ['as it says', '{"id":"cmmmmmmmmmmmm","generation":3}', 3],
  ['none, where it cannot be read', '{"generation":"many"}', 0],
])('the generation of a snapshot is %s', (_, value, generation) => {
  const entries = { ...seed.entries, [clusterKey]: { value, modRevision: 1 } };
  expect(generationOf({ revision: 1, entries })).toBe(generation);
  expect(generationOf(seed)).toBe(0);
});
