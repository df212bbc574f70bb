import * as z from 'zod';
import { NodeId } from '../../roles/model/node.ts';
import { schemaVersion } from './contract.ts';

const Count = z.int().nonnegative();

/** Answers by the word of X-Cache, each counted since the balancers' HAProxy started. */
const Answers = z.record(z.string(), Count);

/** How the cache of one node fares. What nobody said is absent, and `troubles` say why. */
const Cache = z.strictObject({
  /** Stored pages, in bytes of disk, and how many they may take. */
  pages: z.strictObject({ bytes: Count, limitBytes: Count }).optional(),
  /** memcached, since it started. */
  pool: z
    .strictObject({
      items: Count,
      bytes: Count,
      limitBytes: Count,
      hits: Count,
      misses: Count,
      /** Thrown away before their time, for want of room. */
      evicted: Count,
      seconds: Count,
    })
    .optional(),
  troubles: z.array(z.string()),
});

/** `GET /v1/cache/node`: what the node that answers knows: of its own cache, and of all caches as a balancer. */
export const CacheNodeReport = z.strictObject({
  schemaVersion: z.literal(schemaVersion),
  node: NodeId,
  cache: Cache.optional(),
  /** By the ordinal of the cache's node. */
  answers: z.array(z.strictObject({ ordinal: z.int(), words: Answers })).optional(),
});
export type CacheNodeReport = z.infer<typeof CacheNodeReport>;

/** `GET /v1/cache/status`: every cache, and how far the last purge has come. */
export const CachesReport = z.strictObject({
  schemaVersion: z.literal(schemaVersion),
  /** When it was; absent where nothing was ever purged. `waiting`: balancers that may still take older pages. */
  purge: z.strictObject({ at: z.iso.datetime(), waiting: z.array(z.string()) }).optional(),
  caches: z.array(z.strictObject({ name: z.string(), address: z.string(), answers: Answers, cache: Cache })),
  /** Balancers whose counts are missing, each with the reason. */
  missing: z.array(z.string()),
});
export type CachesReport = z.infer<typeof CachesReport>;
