import * as z from 'zod';
import { NodeId } from './identifiers.ts';

/** A decision under `database`: the one node whose database takes writes. Its revision is the epoch of that word. */
export const DatabaseDecision = z.strictObject({
  primary: NodeId,
  /** Since when, ISO 8601. */
  since: z.iso.datetime(),
});
export type DatabaseDecision = z.infer<typeof DatabaseDecision>;

/** The same as a view has it, with the revision of its last change: of two, the higher one counts. */
export interface DatabaseView extends DatabaseDecision {
  readonly epoch: number;
}
