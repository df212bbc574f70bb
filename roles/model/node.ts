import * as z from 'zod';

/**
 * The five roles a node can be given, and `node`: what every node carries whatever its roles, never assigned.
 */
export const roleNames = ['node', 'balancer', 'cache', 'web', 'db', 'storage'] as const;
export const RoleName = z.enum(roleNames);
export type RoleName = z.infer<typeof RoleName>;

/** A node's identity: `n` and 12 base32 characters (60 bits) of the SHA-256 of its public key; a DNS label. */
export const NodeId = z.string().regex(/^n[a-z2-7]{12}$/, 'a node id is n and 12 characters of a-z, 2-7');
export type NodeId = z.infer<typeof NodeId>;

/** What the cluster has decided about the existence of one node; written at admission, under `nodes/<id>`. */
export const NodeRecord = z.strictObject({
  id: NodeId,
  /** A label for people; two nodes may not share one, the second gets a suffix. */
  name: z
    .string()
    .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, 'a node name is a host name of 1-63 characters'),
  /** The smallest free positive number at admission; the same slot on every balancer hangs on it. */
  ordinal: z.int().min(1),
  /** The IPv4 address the other nodes reach it by. */
  address: z.ipv4(),
});
export type NodeRecord = z.infer<typeof NodeRecord>;

/** The name by which everything that persists speaks of a node, so that its address may change. */
export function nodeHostname(id: NodeId): string {
  return `${id}.muster`;
}
