import * as z from 'zod';
import { RoleName } from './node.ts';

/**
 * One sentence of a node's history. `info`: something was done. `drift`: another hand changed what is ours.
 * `healed`: something had failed and serves again. `error`: something could not be done.
 */
export const Event = z.strictObject({
  /** Counts up per node, never reused. */
  sequence: z.int().nonnegative(),
  /** ISO 8601, UTC. */
  at: z.iso.datetime(),
  kind: z.enum(['info', 'drift', 'healed', 'error']),
  role: RoleName.optional(),
  sentence: z.string().min(1),
  /** The error's code, where it is one. */
  code: z.string().optional(),
});
export type Event = z.infer<typeof Event>;
