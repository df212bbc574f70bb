import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Decisions } from '../../../../roles/model/ports.ts';

/** What the contract is played on; a fresh one per run, its keys below `prefix` are nobody else's. */
export interface DecisionsSubject {
  readonly decisions: Decisions;
  readonly prefix: string;
  /** Lets time pass on the store's clock. */
  elapse(seconds: number): Promise<void>;
  close(): Promise<void>;
}

/** Long enough for etcd not to raise it. */
const leaseSeconds = 4;
/** etcd looks for ended leases twice a second; the rest is for a slow machine. */
const leaseSlackSeconds = 6;

/** What every adapter of the decisions port must do. */
export function decisionsContract(name: string, make: () => Promise<DecisionsSubject>): void {
  describe(`${name} as the store of decisions`, () => {
    let subject: DecisionsSubject;
    let tests = 0;
    beforeAll(async () => {
      subject = await make();
    });
    afterAll(async () => {
      await subject.close();
    });

    /** A prefix of its own for each test. */
    const fresh = (): { decisions: Decisions; at: (key: string) => string; prefix: string } => {
      tests += 1;
      const prefix = `${subject.prefix}${String(tests)}/`;
      return { decisions: subject.decisions, prefix, at: (key) => `${prefix}${key}` };
    };
    const put = async (key: string, value: string, lease?: string): Promise<number> => {
      const bound = lease === undefined ? {} : { lease };
      const result = await subject.decisions.transact({ conditions: [], put: { [key]: value }, ...bound });
      expect(result.committed).toBe(true);
      return result.revision;
    };

    test('an empty prefix has no entries, and a revision all the same', async () => {
      const { decisions, prefix } = fresh();
      const { entries, revision } = await decisions.read(prefix);
      expect(entries).toEqual({});
      expect(revision).toBeGreaterThan(0);
    });

    test('what is put is read, with the revision of its transaction, and nothing of its neighbours', async () => {
      const { decisions, prefix, at } = fresh();
      const value = 'Zwölf Boxkämpfer "€"\n';
      await put(`${prefix.slice(0, -1)}0neighbour`, 'x');
      const result = await decisions.transact({ conditions: [], put: { [at('a')]: value, [at('b')]: '' } });
      const entry = { modRevision: result.revision };
      expect(await decisions.read(prefix)).toEqual({
        revision: result.revision,
        entries: { [at('a')]: { value, ...entry }, [at('b')]: { value: '', ...entry } },
      });
    });

    test('a transaction counts the revision up by one, whatever it touches', async () => {
      const { decisions, at } = fresh();
      const first = await put(at('a'), '1');
      const result = await decisions.transact({
        conditions: [{ key: at('a'), modRevision: first }],
        put: { [at('b')]: '2', [at('c')]: '3' },
        remove: [at('a')],
      });
      expect(result).toEqual({ committed: true, revision: first + 1 });
    });

    test('a transaction that touches nothing leaves the revision alone', async () => {
      const { decisions, at } = fresh();
      const revision = await put(at('a'), '1');
      const result = await decisions.transact({ conditions: [], remove: [at('never-there')] });
      expect(result).toEqual({ committed: true, revision });
    });

    test('a condition that does not hold changes nothing', async () => {
      const { decisions, prefix, at } = fresh();
      const revision = await put(at('a'), '1');
      const conditions = [
        { key: at('a'), modRevision: revision },
        { key: at('a'), modRevision: revision - 1 },
      ];
      const result = await decisions.transact({ conditions, put: { [at('a')]: '2', [at('b')]: '2' } });
      expect(result).toEqual({ committed: false, revision });
      expect((await decisions.read(prefix)).entries).toEqual({
        [at('a')]: { value: '1', modRevision: revision },
      });
    });

    test('revision 0 means that the key does not exist; of two who create one, one wins', async () => {
      const { decisions, at } = fresh();
      const create = (value: string): Promise<boolean> =>
        decisions
          .transact({ conditions: [{ key: at('a'), modRevision: 0 }], put: { [at('a')]: value } })
          .then((result) => result.committed);
      expect((await Promise.all([create('1'), create('2')])).filter(Boolean)).toHaveLength(1);
      await decisions.transact({ conditions: [], remove: [at('a')] });
      expect(await create('3')).toBe(true);
    });

    test('a key that is both put and removed is refused', async () => {
      const { decisions, prefix, at } = fresh();
      const twice = decisions.transact({ conditions: [], put: { [at('a')]: '1' }, remove: [at('a')] });
      await expect(twice).rejects.toMatchObject({ code: 'bug' });
      expect((await decisions.read(prefix)).entries).toEqual({});
    });

    test('a lease that is renewed keeps its keys, and one that is not takes them along', async () => {
      const { decisions, prefix, at } = fresh();
      const lease = await decisions.grantLease(leaseSeconds);
      await put(at('held'), '1', lease);
      const last = await put(at('free'), '1');
      await subject.elapse(leaseSeconds / 2);
      expect(await decisions.renewLease(lease)).toBe(true);
      await subject.elapse(leaseSeconds * 0.75);
      expect(Object.keys((await decisions.read(prefix)).entries)).toHaveLength(2);
      await subject.elapse(leaseSlackSeconds);
      const after = await decisions.read(prefix);
      expect(Object.keys(after.entries)).toEqual([at('free')]);
      expect(after.revision).toBe(last + 1);
      expect(await decisions.renewLease(lease)).toBe(false);
    });

    test('a revoked lease takes its keys along at once; a second revocation is no error', async () => {
      const { decisions, prefix, at } = fresh();
      const lease = await decisions.grantLease(60);
      await put(at('a'), '1', lease);
      await decisions.revokeLease(lease);
      expect((await decisions.read(prefix)).entries).toEqual({});
      await decisions.revokeLease(lease);
      expect(await decisions.renewLease(lease)).toBe(false);
    });

    test('a key put anew without the lease is no longer bound to it', async () => {
      const { decisions, prefix, at } = fresh();
      const lease = await decisions.grantLease(60);
      await put(at('a'), '1', lease);
      await put(at('a'), '2');
      await decisions.revokeLease(lease);
      expect(Object.keys((await decisions.read(prefix)).entries)).toEqual([at('a')]);
    });

    test('nothing is bound to a lease that is over; the conditions are judged first', async () => {
      const { decisions, prefix, at } = fresh();
      const lease = await decisions.grantLease(60);
      await decisions.revokeLease(lease);
      const late = decisions.transact({ conditions: [], put: { [at('a')]: '1' }, lease });
      await expect(late).rejects.toMatchObject({ code: 'not-found' });
      expect((await decisions.read(prefix)).entries).toEqual({});
      const conditions = [{ key: at('a'), modRevision: 99 }];
      const judged = await decisions.transact({ conditions, put: { [at('a')]: '1' }, lease });
      expect(judged.committed).toBe(false);
    });

    test('a watch hints when it begins and at each change under its prefix, and ends with its signal', async () => {
      const { decisions, prefix, at } = fresh();
      const stop = new AbortController();
      const hints = hintCounter();
      const done = decisions.watch(prefix, hints.hint, stop.signal);
      await hints.reaches(1);
      await put(at('a'), '1');
      await hints.reaches(2);
      await put(`${subject.prefix}elsewhere`, '1');
      await decisions.transact({ conditions: [], remove: [at('a')] });
      await hints.reaches(3);
      stop.abort();
      await done;
      expect(hints.count()).toBe(3);
    });

    test('a watch hints when a lease takes a key along', async () => {
      const { decisions, prefix, at } = fresh();
      const lease = await decisions.grantLease(leaseSeconds);
      await put(at('a'), '1', lease);
      const stop = new AbortController();
      const hints = hintCounter();
      const done = decisions.watch(prefix, hints.hint, stop.signal);
      await hints.reaches(1);
      await subject.elapse(leaseSeconds + leaseSlackSeconds);
      await hints.reaches(2);
      stop.abort();
      await done;
    });

    test('a watch under a signal that has aborted ends at once', async () => {
      const { decisions, prefix } = fresh();
      await decisions.watch(prefix, () => undefined, AbortSignal.abort());
    });
  });
}

interface HintCounter {
  readonly hint: () => void;
  readonly count: () => number;
  readonly reaches: (count: number) => Promise<void>;
}

function hintCounter(): HintCounter {
  const hints: string[] = [];
  let heard = Promise.withResolvers<void>();
  return {
    hint: () => {
      hints.push('heard');
      heard.resolve();
    },
    count: () => hints.length,
    reaches: async (wanted) => {
      while (hints.length < wanted) {
        await heard.promise;
        heard = Promise.withResolvers();
      }
    },
  };
}
