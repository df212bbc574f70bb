import * as z from 'zod';
import { fingerprint } from './fingerprint.ts';
import { NodeId } from './identifiers.ts';

/** Names that MariaDB or muster itself has; `muster` is where the heartbeat is written. */
const taken = new Set(['mysql', 'sys', 'root', 'mariadb', 'muster', 'test']);

/** A database and the one account that may use it are called the same. Nothing in a name needs quoting in SQL. */
export const DatabaseName = z
  .string()
  .regex(/^[a-z]([a-z0-9-]{0,30}[a-z0-9])?$/, 'a database is named by 1-32 of a-z, 0-9 and -, a letter first')
  .refine((name) => !taken.has(name), { error: 'this name is taken by MariaDB or muster itself' })
  .refine((name) => !NodeId.safeParse(name).success, {
    error: 'a database must not be named like a node: replicas sign in by these names',
  });
export type DatabaseName = z.infer<typeof DatabaseName>;

/** What the server keeps of a password (mysql_native_password): it signs nobody in. */
export const PasswordHash = z
  .string()
  .regex(/^\*[0-9A-F]{40}$/, 'a password hash is * and 40 hexadecimal characters');

/** A decision under `databases/<name>`. The password itself is the secret `db-<name>`. */
export const NamedDatabase = z.strictObject({
  name: DatabaseName,
  createdAt: z.iso.datetime(),
  passwordHash: PasswordHash,
  /** The password before the last rotation is good for a while: clients take the new one over one after another. */
  former: z.strictObject({ passwordHash: PasswordHash, until: z.iso.datetime() }).exactOptional(),
  /** True from the operator's word on until the database is gone; then so is this record. */
  dropped: z.literal(true).exactOptional(),
});
export type NamedDatabase = z.infer<typeof NamedDatabase>;

/** What a primary reports in `facts.applied` once a database and its account are as this record has them. */
export function databaseRevision(database: NamedDatabase): string {
  return `${database.name}:${fingerprint(database)}`;
}

/** The secret that holds a database's name, its user and the password. */
export function databaseSecret(name: DatabaseName): string {
  return `db-${name}`;
}
