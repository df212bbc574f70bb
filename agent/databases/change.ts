import { createHash, randomBytes } from 'node:crypto';
import type { Change } from '../../coordinator/brain/change.ts';
import { createDatabase, rotatePassword } from '../../coordinator/brain/databases.ts';
import { decode } from '../../coordinator/store/codec.ts';
import { namedDatabaseKey } from '../../coordinator/store/keys.ts';
import { type DatabaseName, databaseSecret } from '../../roles/model/named-database.ts';
import type { Snapshot } from '../../roles/model/ports.ts';
import { secretChange } from '../secrets/put.ts';

/** 192 bits: what is stored of it may be known to everybody. */
const passwordBytes = 24;

/**
 * Makes a database with an account and a password of its own, in one transaction. The password goes to the web nodes, sealed; the primary gets no more than its hash.
 */
export function namedDatabaseChange(snapshot: Snapshot, name: DatabaseName, now: Date): Change {
  const password = newPassword();
  return withSecret(snapshot, createDatabase(snapshot, name, hashOf(password), now), name, password);
}

/**
 * The database of an application that is being made. One of this name that is there already is taken over as it is, with
 * all that is in it. Throws `not-allowed` where it is just being dropped.
 */
export function applicationDatabaseChange(snapshot: Snapshot, name: DatabaseName, now: Date): Change {
  const before = decode(snapshot).databases.find((database) => database.name === name);
  if (before === undefined || before.dropped === true) return namedDatabaseChange(snapshot, name, now);
  const key = namedDatabaseKey(name);
  return {
    transaction: { conditions: [{ key, modRevision: snapshot.entries[key]?.modRevision ?? 0 }] },
    sentences: [`it takes over the database ${name}, which was made at ${before.createdAt}`],
  };
}

/** A new password for a database that is there. */
export function rotationChange(snapshot: Snapshot, name: DatabaseName, now: Date): Change {
  const password = newPassword();
  return withSecret(snapshot, rotatePassword(snapshot, name, hashOf(password), now), name, password);
}

function withSecret(snapshot: Snapshot, change: Change, name: DatabaseName, password: string): Change {
  const secret = secretChange(snapshot, databaseSecret(name), { name, user: name, password });
  const { conditions, put } = change.transaction;
  return {
    ...change,
    transaction: { conditions: [...conditions, ...secret.conditions], put: { ...put, ...secret.put } },
  };
}

function newPassword(): string {
  return randomBytes(passwordBytes).toString('base64url');
}

/** As mysql_native_password keeps it: the hash of a hash, which is no more to sign in with than the first one is. */
function hashOf(password: string): string {
  const sha1 = (data: string | Buffer): Buffer => createHash('sha1').update(data).digest();
  return `*${sha1(sha1(password)).toString('hex').toUpperCase()}`;
}
