import { expect, test } from 'vitest';
import { MemoryDecisions } from '../../../../coordinator/store/memory.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { decisionsContract } from './contract.ts';

decisionsContract('memory', () => {
  const clock = new FakeClock();
  return Promise.resolve({
    decisions: new MemoryDecisions(clock),
    prefix: '/contract/',
    elapse: (seconds) => clock.advance(seconds * 1_000),
    close: () => Promise.resolve(),
  });
});

test('the first transaction of an empty store has revision 2, as in etcd', async () => {
  const store = new MemoryDecisions(new FakeClock());
  expect((await store.read('/')).revision).toBe(1);
  expect(await store.transact({ conditions: [], put: { '/a': '1' } })).toEqual({
    committed: true,
    revision: 2,
  });
});

test('an outage refuses everything and breaks watches; leases go on running out', async () => {
  const clock = new FakeClock();
  const store = new MemoryDecisions(clock);
  const lease = await store.grantLease(5);
  await store.transact({ conditions: [], put: { '/a': '1' }, lease });
  const watching = store.watch('/', () => undefined, new AbortController().signal);
  store.setReachable(false);
  await watching;
  await expect(store.read('/')).rejects.toMatchObject({ code: 'store-unreachable', retryable: true });
  await expect(store.renewLease(lease)).rejects.toMatchObject({ code: 'store-unreachable' });
  await clock.advance(5_000);
  store.setReachable(true);
  expect((await store.read('/')).entries).toEqual({});
});
