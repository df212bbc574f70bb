import * as z from 'zod';
import { CachedSettings } from '../model/cached.ts';
import { spreadSetting } from '../model/spread.ts';

const sized = (least: number, most: number): z.ZodUnion<readonly [z.ZodLiteral<'auto'>, z.ZodInt]> =>
  z.union([z.literal('auto'), z.int().min(least).max(most)]);

/** The operator's wishes for caches: `cache:` in muster.yml. */
export const CacheSettings = z.strictObject({
  nodes: spreadSetting(2, 'each keeps a part of the pages and of the sessions'),
  diskMiB: sized(64, 16_777_216)
    .default('auto')
    .describe('Disk that stored pages may take on one node; auto is a tenth of it, 64 GiB at the most.'),
  poolMiB: sized(64, 1_048_576)
    .default('auto')
    .describe(
      'Memory that memcached may take on one node; auto is a sixteenth of it. A change restarts memcached, and sessions on that node end.',
    ),
  fileSeconds: z
    .int()
    .min(1)
    .max(86_400)
    .default(10)
    .describe(
      'How long a static file counts as fresh whose web server does not say; then it is asked whether it has changed.',
    ),
  ...CachedSettings.shape,
});
export type CacheSettings = z.infer<typeof CacheSettings>;
