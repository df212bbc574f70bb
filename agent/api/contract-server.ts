import * as z from 'zod';
import { DatabaseDecision, GtidPosition } from '../../roles/model/database.ts';
import { NodeId } from '../../roles/model/node.ts';
import { schemaVersion } from './contract.ts';

/** `GET /v1/database`: the database server of the node that answers; and the answer to a turn. */
export const ServerReport = z.strictObject({
  schemaVersion: z.literal(schemaVersion),
  node: NodeId,
  /** As in `facts.details.db`; `silent` where the server does not answer, and `why` says more. */
  serves: z.string(),
  why: z.string().optional(),
  readOnly: z.boolean().optional(),
  /** What it has in its tables. */
  position: GtidPosition.optional(),
  /** What it has received as a replica, applied or not. */
  received: GtidPosition.optional(),
  /** Whether it is connected to its primary now. */
  receives: z.boolean().optional(),
  /** Seconds behind the primary; absent on the primary, and where nothing tells. */
  lagSeconds: z.number().optional(),
});
export type ServerReport = z.infer<typeof ServerReport>;

/** The body of `POST /v1/database/turn`: do now what follows from the word of this epoch. */
export const TurnRequest = z.strictObject({ epoch: z.int().nonnegative() });

/** `GET /v1/database/servers`: every server as it says itself, and what was decided. */
export const ServersReport = z.strictObject({
  schemaVersion: z.literal(schemaVersion),
  decision: z.strictObject({ ...DatabaseDecision.shape, epoch: z.int() }).optional(),
  servers: z.array(
    z.strictObject({ name: z.string(), address: z.string(), acker: z.boolean(), server: ServerReport }),
  ),
});
export type ServersReport = z.infer<typeof ServersReport>;

/** The body of `PUT /v1/database/primary`. `lost`: the present primary is gone, and what it alone had with it. */
export const PrimaryChange = z.strictObject({
  /** The name or id of a node; absent leaves the choice to muster. */
  node: z.string().optional(),
  lost: z.boolean(),
});
export type PrimaryChange = z.infer<typeof PrimaryChange>;
