import * as z from 'zod';

/** A cluster's identity: `c` and 12 base32 characters, drawn at random when the cluster is made. */
export const ClusterId = z
  .string()
  .regex(/^c[a-z2-7]{12}$/, 'a cluster id is c and 12 characters of a-z, 2-7');
export type ClusterId = z.infer<typeof ClusterId>;

/** A node's identity: `n` and 12 base32 characters (60 bits) of the SHA-256 of its public key; a DNS label. */
export const NodeId = z.string().regex(/^n[a-z2-7]{12}$/, 'a node id is n and 12 characters of a-z, 2-7');
export type NodeId = z.infer<typeof NodeId>;

/** A label for people; two nodes may not share one, the second gets a suffix. */
export const NodeName = z
  .string()
  .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, 'a node name is a host name of 1-63 characters')
  .refine((name) => !NodeId.safeParse(name).success, {
    error: 'a node name must not look like the id of a node',
  });
export type NodeName = z.infer<typeof NodeName>;

/** The smallest free positive number at admission; the same slot on every balancer hangs on it. */
export const Ordinal = z.int().min(1);
