import * as z from 'zod';
import { PublicKey } from './admission.ts';
import { NodeId } from './identifiers.ts';

/** One copy for one node: a key of this copy alone (X25519), and what only the node's own key opens (AES-256-GCM). */
const Copy = z.strictObject({ ephemeralKey: PublicKey, box: z.base64url().min(1) });

/** What a secret is stored under: `secrets/<name>`. */
export const SecretName = z.string().regex(/^[a-z][a-z0-9-]{0,62}$/, 'a secret is named by a-z, 0-9 and -');

/** A secret sealed to some nodes, each its own copy; fit for the store and for any disk. */
export const Sealed = z.record(NodeId, Copy);
export type Sealed = z.infer<typeof Sealed>;
