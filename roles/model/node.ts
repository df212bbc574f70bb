import * as z from 'zod';
import { SignedAdmission } from './admission.ts';
import { NodeId, NodeName, Ordinal } from './identifiers.ts';

export { NodeId };

/**
 * The five roles a node can be given, and `node`: what every node carries whatever its roles, never assigned.
 */
export const roleNames = ['node', 'balancer', 'cache', 'web', 'db', 'storage'] as const;
export const RoleName = z.enum(roleNames);
export type RoleName = z.infer<typeof RoleName>;

/** What the cluster has decided about the existence of one node; written at admission, under `nodes/<id>`. */
export const NodeRecord = z.strictObject({
  id: NodeId,
  name: NodeName,
  ordinal: Ordinal,
  /** The IPv4 address the other nodes reach it by. */
  address: z.ipv4(),
  /** True while the operator wants no new work on it; absent is false. */
  drained: z.boolean().exactOptional(),
  /** What the others trust it by; absent only where a lone node was set up before there were others. */
  admission: SignedAdmission.exactOptional(),
});
export type NodeRecord = z.infer<typeof NodeRecord>;

/** The name by which everything that persists speaks of a node, so that its address may change. */
export function nodeHostname(id: NodeId): string {
  return `${id}.muster`;
}
