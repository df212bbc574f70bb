import * as z from 'zod';
import { spreadSetting } from '../model/spread.ts';

/** A thread each; beyond this a server is busy with changing between them. */
export const mostConnections = 10_000;

/** The operator's wishes for database servers: `db:` in muster.yml. */
export const DbSettings = z.strictObject({
  nodes: spreadSetting(3, 'one takes the writes, the others follow it and answer reads'),
  lagLimitSeconds: z
    .int()
    .min(1)
    .max(3_600)
    .default(5)
    .describe(
      'A replica that is further behind the primary than this answers no reads until it has caught up.',
    ),
  connections: z
    .union([z.literal('auto'), z.int().min(20).max(mostConnections)])
    .default('auto')
    .describe(
      'Connections that one server takes at a time (max_connections); auto follows the PHP workers of all web nodes.',
    ),
  binlogDays: z
    .int()
    .min(1)
    .max(99)
    .default(7)
    .describe(
      'How long a server keeps what it wrote (binary logs): a replica that was away longer is cloned anew.',
    ),
});
export type DbSettings = z.infer<typeof DbSettings>;
