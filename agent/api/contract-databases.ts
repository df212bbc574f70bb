import * as z from 'zod';
import { DatabaseName } from '../../roles/model/named-database.ts';
import { schemaVersion } from './contract.ts';

/** What the API says of the databases of applications. */

/** `ready`: the primary has it as it was decided. */
const DatabaseState = z.enum(['ready', 'being made', 'being dropped']);
export type DatabaseState = z.infer<typeof DatabaseState>;

/** `GET /v1/databases` */
export const DatabasesReport = z.strictObject({
  schemaVersion: z.literal(schemaVersion),
  databases: z.array(
    z.strictObject({
      name: DatabaseName,
      createdAt: z.iso.datetime(),
      state: DatabaseState,
      /** Data and indexes on the primary; absent where it cannot be asked now. */
      bytes: z.number().optional(),
    }),
  ),
  /** Why nothing is made or dropped now; absent where the primary takes writes. */
  trouble: z.string().optional(),
});
export type DatabasesReport = z.infer<typeof DatabasesReport>;

/**
 * The body of `POST /v1/databases`. `POST /v1/databases/<name>/password` makes a new password, `DELETE
 * /v1/databases/<name>` drops one; each answers a ChangeReport once it is decided, and the list tells when it is done.
 */
export const DatabaseRequest = z.strictObject({ name: DatabaseName });
export type DatabaseRequest = z.infer<typeof DatabaseRequest>;

/** `GET /v1/databases/sizes`: bytes of each database on the node that answers. */
export const DatabaseSizes = z.strictObject({
  schemaVersion: z.literal(schemaVersion),
  bytes: z.record(z.string(), z.number()),
});
export type DatabaseSizes = z.infer<typeof DatabaseSizes>;

/** `GET /v1/databases/<name>/credentials`, over the local socket only. */
export const CredentialsReport = z.strictObject({
  schemaVersion: z.literal(schemaVersion),
  name: DatabaseName,
  user: z.string(),
  password: z.string(),
  host: z.string(),
  port: z.int(),
  readPort: z.int(),
});
export type CredentialsReport = z.infer<typeof CredentialsReport>;
