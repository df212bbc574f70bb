import * as z from 'zod';
import { NodeId } from './identifiers.ts';

/** A GTID position of MariaDB: `0-3-1207`, one per domain; empty before the first transaction. */
export const GtidPosition = z
  .string()
  .regex(/^(\d+-\d+-\d+(,\d+-\d+-\d+)*)?$/, 'a GTID position is like 0-3-1207, or empty');
export type GtidPosition = z.infer<typeof GtidPosition>;

/**
 * The primary is being moved: from now on nobody writes, until the move is over or given up. The journal of the move is
 * this record: each of its states is in the store before the next deed is done.
 */
const Move = z.strictObject({
  to: NodeId,
  /** Where the old primary stood when it was closed; absent while it still has to be. */
  at: GtidPosition.exactOptional(),
  /** True where the old primary is gone, and an operator said so. */
  lost: z.boolean().exactOptional(),
});

/** A decision under `database`: the one node whose database takes writes. Its revision is the epoch of that word. */
export const DatabaseDecision = z.strictObject({
  primary: NodeId,
  /** Since when, ISO 8601. */
  since: z.iso.datetime(),
  /**
   * The replicas that acknowledge. Each is recorded here before the primary counts on it: whatever was acknowledged to a
   * client lies on the primary and on at least one of these.
   */
  ackers: z.array(NodeId).max(2).exactOptional(),
  /** How often the primary has changed. */
  term: z.int().nonnegative().exactOptional(),
  /** Where the primary stood when it was opened: a former primary that has more has diverged. */
  opened: GtidPosition.exactOptional(),
  move: Move.exactOptional(),
});
export type DatabaseDecision = z.infer<typeof DatabaseDecision>;

/** The same as a view has it, with the revision of its last change: of two, the higher one counts. */
export interface DatabaseView extends DatabaseDecision {
  readonly epoch: number;
}
