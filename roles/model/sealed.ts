import * as z from 'zod';
import { PublicKey } from './admission.ts';
import { NodeId } from './identifiers.ts';

/** One copy for one node. */
const Copy = z.strictObject({
  /** The node's datagram key that it is sealed to: one that joined anew with another needs another copy. */
  to: PublicKey,
  /** X25519, of this copy alone. */
  ephemeralKey: PublicKey,
  /** What the node's own key opens (AES-256-GCM, the tag at its end). */
  box: z.base64url().min(1),
});

/** What a secret is stored under: `secrets/<name>`. */
export const SecretName = z.string().regex(/^[a-z][a-z0-9-]{0,62}$/, 'a secret is named by a-z, 0-9 and -');

/** A secret sealed to some nodes, each its own copy; fit for the store and for any disk. */
export const Sealed = z.record(NodeId, Copy);
export type Sealed = z.infer<typeof Sealed>;
