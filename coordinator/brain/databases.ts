import { hasApplied } from '../../roles/model/applied.ts';
import { MusterError } from '../../roles/model/errors.ts';
import {
  DatabaseName,
  databaseRevision,
  databaseSecret,
  type NamedDatabase,
} from '../../roles/model/named-database.ts';
import type { Snapshot } from '../../roles/model/ports.ts';
import type { View } from '../../roles/model/view.ts';
import { decode } from '../store/codec.ts';
import { namedDatabaseKey, secretKey } from '../store/keys.ts';
import type { Change } from './change.ts';

/** Clients take a new password over within seconds; a worker that was just busy has ended by then. */
const formerGoodMs = 600_000;

/** `db create NAME`. Throws `not-allowed` where there is, or still is, one of this name. */
export function createDatabase(
  snapshot: Snapshot,
  name: DatabaseName,
  passwordHash: string,
  now: Date,
): Change {
  const before = decode(snapshot).databases.find((database) => database.name === name);
  if (before !== undefined) throw alreadyThere(before);
  const database: NamedDatabase = { name, createdAt: now.toISOString(), passwordHash };
  return put(snapshot, database, `the database ${name} is to be made`);
}

/** `db credentials NAME --rotate`: the former password goes on being good for a while. Throws `not-found`. */
export function rotatePassword(
  snapshot: Snapshot,
  name: DatabaseName,
  passwordHash: string,
  now: Date,
): Change {
  const { former: _, ...database } = databaseNamed(snapshot, name);
  const until = new Date(now.getTime() + formerGoodMs).toISOString();
  const former = { passwordHash: database.passwordHash, until };
  const sentence = `the database ${name} has a new password; the former one is good until ${until}`;
  return put(snapshot, { ...database, passwordHash, former }, sentence);
}

/** `db drop NAME`: from now on it is being dropped. Throws `not-found`. */
export function dropDatabase(snapshot: Snapshot, name: DatabaseName): Change {
  const database = databaseNamed(snapshot, name);
  return put(
    snapshot,
    { ...database, dropped: true },
    `the database ${name} is dropped, with all that is in it`,
  );
}

/** What is over: databases that the primary has dropped, and former passwords past their time. */
export function settleDatabases(view: View, snapshot: Snapshot, now: Date): readonly Change[] {
  const primary = view.nodes.find(({ record }) => record.id === view.database?.primary);
  return decode(snapshot).databases.flatMap((database): Change[] => {
    const { name, dropped, former, ...rest } = database;
    if (dropped === true) {
      return hasApplied(primary, 'db', databaseRevision(database)) ? [forget(snapshot, name)] : [];
    }
    if (former === undefined || now.getTime() < Date.parse(former.until)) return [];
    return [put(snapshot, { name, ...rest }, `the former password of the database ${name} is good no more`)];
  });
}

/** The database of this name that is to stay. Throws `not-found`. */
function databaseNamed(snapshot: Snapshot, name: string): NamedDatabase {
  const { databases } = decode(snapshot);
  const found = databases.find((database) => database.name === name && database.dropped !== true);
  if (found !== undefined) return found;
  const names = databases.map((database) => database.name).join(', ');
  throw new MusterError('not-found', {
    what: `there is no database ${name}`,
    why: names === '' ? 'none was made yet' : `there are ${names}`,
    next: 'muster db ls',
  });
}

function put(snapshot: Snapshot, database: NamedDatabase, sentence: string): Change {
  const key = namedDatabaseKey(DatabaseName.parse(database.name));
  return {
    transaction: { conditions: [conditionOn(snapshot, key)], put: { [key]: JSON.stringify(database) } },
    sentences: [sentence],
  };
}

function forget(snapshot: Snapshot, name: DatabaseName): Change {
  const keys = [namedDatabaseKey(name), secretKey(databaseSecret(name))];
  return {
    transaction: { conditions: keys.map((key) => conditionOn(snapshot, key)), remove: keys },
    sentences: [`the database ${name} is gone`],
  };
}

function conditionOn(snapshot: Snapshot, key: string): { key: string; modRevision: number } {
  return { key, modRevision: snapshot.entries[key]?.modRevision ?? 0 };
}

function alreadyThere({ name, createdAt, dropped }: NamedDatabase): MusterError {
  return new MusterError('not-allowed', {
    what: `the database ${name} is not made: there is one of this name`,
    why: dropped === true ? 'it is just being dropped' : `it was made at ${createdAt}`,
    next: dropped === true ? `muster db ls, until it is gone; then muster db create ${name}` : 'muster db ls',
  });
}
