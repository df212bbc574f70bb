import * as z from 'zod';
import { NodeId } from '../../roles/model/node.ts';
import { schemaVersion } from './contract.ts';

/** The body of `POST /v1/rejoin`: where one of the other nodes is, whichever. */
export const RejoinRequest = z.strictObject({ address: z.ipv4() });
export type RejoinRequest = z.infer<typeof RejoinRequest>;

/** Who answers from there. */
export const RejoinReport = z.strictObject({
  schemaVersion: z.literal(schemaVersion),
  node: z.strictObject({ id: NodeId, name: z.string(), address: z.ipv4() }),
  sentence: z.string(),
});
export type RejoinReport = z.infer<typeof RejoinReport>;
