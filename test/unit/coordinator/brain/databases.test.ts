import { describe, expect, it } from 'vitest';
import {
  createDatabase,
  dropDatabase,
  rotatePassword,
  settleDatabases,
} from '../../../../coordinator/brain/databases.ts';
import { namedDatabaseKey, secretKey } from '../../../../coordinator/store/keys.ts';
import { DatabaseName, databaseRevision, NamedDatabase } from '../../../../roles/model/named-database.ts';
import type { Snapshot } from '../../../../roles/model/ports.ts';
import type { View } from '../../../../roles/model/view.ts';
import { viewOf } from '../../../support/sketches.ts';

const now = new Date('2026-01-01T12:00:00.000Z');
const hash = (digit: string): string => `*${digit.repeat(40)}`;
const shop: NamedDatabase = { name: 'shop', createdAt: now.toISOString(), passwordHash: hash('A') };
const key = namedDatabaseKey('shop');

function stored(database?: NamedDatabase): Snapshot {
  const entries =
    database === undefined ? {} : { [key]: { value: JSON.stringify(database), modRevision: 4 } };
  return { revision: 9, entries };
}

/** What a change writes about the database. */
function written({ transaction }: ReturnType<typeof createDatabase>): NamedDatabase {
  return NamedDatabase.parse(JSON.parse(transaction.put?.[key] ?? 'null'));
}

describe("the operator's words on databases", () => {
  it('make one only where there is none, also if two say it at once', () => {
    const change = createDatabase(stored(), 'shop', hash('A'), now);
    expect(change.transaction.conditions).toEqual([{ key, modRevision: 0 }]);
    expect(written(change)).toEqual(shop);
    expect(() => createDatabase(stored(shop), 'shop', hash('B'), now)).toThrow(/there is one of this name/);
    const going = stored({ ...shop, dropped: true });
    expect(() => createDatabase(going, 'shop', hash('B'), now)).toThrow(
      expect.objectContaining({ why: 'it is just being dropped' }),
    );
  });

  it('give a new password, and leave the former one good for ten minutes', () => {
    const once = written(rotatePassword(stored(shop), 'shop', hash('B'), now));
    const until = '2026-01-01T12:10:00.000Z';
    expect(once).toMatchObject({ passwordHash: hash('B'), former: { passwordHash: hash('A'), until } });
    expect(written(rotatePassword(stored(once), 'shop', hash('C'), now)).former?.passwordHash).toBe(
      hash('B'),
    );
  });

  it('drop one, and only one that is there', () => {
    expect(written(dropDatabase(stored(shop), 'shop')).dropped).toBe(true);
    expect(() => dropDatabase(stored(), 'shop')).toThrow(/no database shop/);
  });

  it.each(['shop', 'my-shop-2', 'a'])('%s is a name', (name) => expect(DatabaseName.parse(name)).toBe(name));
  it.each([
    'Shop',
    'my_shop',
    '2shop',
    'shop-',
    '',
    'x'.repeat(33),
    'mysql',
    'muster',
    'nabcdefghijkl',
    "a'b",
    'a`b',
  ])('"%s" is none', (name) => expect(DatabaseName.safeParse(name).success).toBe(false));
});

describe('what is over', () => {
  const view = (applied: string): View => {
    const seen = viewOf({ ordinal: 1, roles: ['db'], applied: { db: applied } });
    return { ...seen, database: { primary: seen.self, since: now.toISOString(), epoch: 3 } };
  };
  const going: NamedDatabase = { ...shop, dropped: true };

  it('is forgotten with its secret once the primary has dropped it, and not before', () => {
    expect(settleDatabases(view('other'), stored(going), now)).toEqual([]);
    expect(settleDatabases(view(databaseRevision(shop)), stored(going), now)).toEqual([]);
    const [change] = settleDatabases(view(`x ${databaseRevision(going)}`), stored(going), now);
    expect(change?.transaction).toEqual({
      conditions: [
        { key, modRevision: 4 },
        { key: secretKey('db-shop'), modRevision: 0 },
      ],
      remove: [key, secretKey('db-shop')],
    });
  });

  it.each([
    { at: '2026-01-01T12:09:59.000Z', changes: 0 },
    { at: '2026-01-01T12:10:00.000Z', changes: 1 },
  ])('a former password at $at: $changes', ({ at, changes }) => {
    const former = { passwordHash: hash('B'), until: '2026-01-01T12:10:00.000Z' };
    const all = settleDatabases(view(''), stored({ ...shop, former }), new Date(at));
    expect(all).toHaveLength(changes);
    for (const change of all) expect(written(change)).toEqual(shop);
  });
});
