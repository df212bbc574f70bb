import * as z from 'zod';
import { Hardware } from './hardware.ts';
import { NodeId, RoleName } from './node.ts';

/**
 * How a role fares on its own node. `ready`: proved over the real path in this cycle. `starting`: being set up.
 * `failing`: was set up, does not answer. The reason is a sentence for people.
 */
export const Health = z.strictObject({
  state: z.enum(['ready', 'starting', 'failing']),
  reason: z.string(),
});
export type Health = z.infer<typeof Health>;

/** Short words of one role on one node. */
export const Details = z.record(z.string().max(32), z.string().max(128));
export type Details = z.infer<typeof Details>;

/** What a node knows of itself. Only that node writes them. */
export const Facts = z.strictObject({
  node: NodeId,
  /** Counts up with every change within one life of the agent. */
  sequence: z.int().nonnegative(),
  hardware: Hardware,
  /** Load average of one minute divided by cores. */
  load: z.number().nonnegative(),
  health: z.partialRecord(RoleName, Health),
  /** The roster revision in force per role: what this node has carried out, not what it was told. */
  applied: z.partialRecord(RoleName, z.string()),
  /**
   * What other nodes' plans hang on beside health and revisions, per role: short words that change seldom, as
   * `{ db: { serves: 'replica', lag: 'behind' } }`. Figures that move all the time have no place here.
   */
  details: z.partialRecord(RoleName, Details).exactOptional(),
  /** Versions of what serves here, for people: package name to version. */
  versions: z.record(z.string(), z.string()),
});
export type Facts = z.infer<typeof Facts>;
