import {
  createCipheriv,
  createDecipheriv,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  hkdfSync,
} from 'node:crypto';
import { MusterError } from '../../roles/model/errors.ts';
import type { NodeId } from '../../roles/model/node.ts';
import type { Sealed } from '../../roles/model/sealed.ts';
import { sharedSecret } from './pairwise.ts';

/** Binds a sealed secret to its cluster and its name, so that one is never opened in the place of another. */
export interface SealedFor {
  readonly clusterId: string;
  /** As in the decisions: `secrets/<name>`. */
  readonly name: string;
}

/** A node that shall be able to open it; the key is its datagram key, as its admission record has it. */
export interface Recipient {
  readonly nodeId: NodeId;
  readonly datagramKey: string;
}

const algorithm = 'aes-256-gcm';
const keyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;

/** Seals a secret to each of the nodes. Whoever is not among them learns its length, and nothing else. */
export function sealTo(secret: Uint8Array, recipients: readonly Recipient[], use: SealedFor): Sealed {
  return Object.fromEntries(recipients.map((one) => [one.nodeId, copyFor(secret, one, use)]));
}

/** Whether exactly these can open it, each with the key that it has now. */
export function isSealedTo(sealed: Sealed, recipients: readonly Recipient[]): boolean {
  const held = recipients.every(({ nodeId, datagramKey }) => sealed[nodeId]?.to === datagramKey);
  return held && Object.keys(sealed).length === new Set(recipients.map(({ nodeId }) => nodeId)).size;
}

/**
 * Opens this node's copy. Throws `not-allowed` where there is none for it, and `state-unreadable` where its key does
 * not open it.
 */
export function openSealed(
  sealed: Sealed,
  own: { readonly nodeId: NodeId; readonly privateKeyPem: string },
  use: SealedFor,
): Buffer {
  const copy = sealed[own.nodeId];
  if (copy === undefined) throw notForMe(sealed, own.nodeId, use);
  const privateKey = createPrivateKey(own.privateKeyPem);
  const ownKey = createPublicKey(privateKey).export({ format: 'jwk' }).x ?? '';
  try {
    const secret = sharedSecret(privateKey, copy.ephemeralKey);
    const { key, nonce } = derive(secret, { ...use, nodeId: own.nodeId }, copy.ephemeralKey, ownKey);
    const box = Buffer.from(copy.box, 'base64url');
    const decipher = createDecipheriv(algorithm, key, nonce, { authTagLength: tagBytes });
    decipher.setAuthTag(box.subarray(-tagBytes));
    return Buffer.concat([decipher.update(box.subarray(0, -tagBytes)), decipher.final()]);
  } catch (cause) {
    throw new MusterError('state-unreadable', {
      what: `the secret ${use.name} cannot be opened by ${own.nodeId}`,
      why: 'it was sealed to another key of this node or for another cluster, or was changed since',
      next: 'muster doctor; a node that was set up anew is sealed to once it has joined again',
      cause,
    });
  }
}

function copyFor(secret: Uint8Array, to: Recipient, use: SealedFor): Sealed[string] {
  // A key pair for this copy alone: whoever takes the sealer's disk later opens nothing with it.
  const ephemeral = generateKeyPairSync('x25519');
  const ephemeralKey = ephemeral.publicKey.export({ format: 'jwk' }).x ?? '';
  const shared = sharedSecret(ephemeral.privateKey, to.datagramKey);
  const { key, nonce } = derive(shared, { ...use, nodeId: to.nodeId }, ephemeralKey, to.datagramKey);
  const cipher = createCipheriv(algorithm, key, nonce, { authTagLength: tagBytes });
  const box = Buffer.concat([cipher.update(secret), cipher.final(), cipher.getAuthTag()]);
  return { to: to.datagramKey, ephemeralKey, box: box.toString('base64url') };
}

/** Each key is used once, so its nonce may follow from the same source. */
function derive(
  shared: Buffer,
  use: SealedFor & { readonly nodeId: NodeId },
  ephemeralKey: string,
  recipientKey: string,
): { key: Buffer; nonce: Buffer } {
  const salt = `${ephemeralKey} ${recipientKey}`;
  const info = `muster-sealed ${use.clusterId} ${use.nodeId} ${use.name}`;
  const derived = Buffer.from(hkdfSync('sha256', shared, salt, info, keyBytes + nonceBytes));
  return { key: derived.subarray(0, keyBytes), nonce: derived.subarray(keyBytes) };
}

function notForMe(sealed: Sealed, self: NodeId, { name }: SealedFor): MusterError {
  return new MusterError('not-allowed', {
    what: `the secret ${name} is not for this node (${self})`,
    why: `it is sealed to ${Object.keys(sealed).join(', ') || 'nobody'}`,
    next: 'ask one of those nodes; muster node ls says which they are',
  });
}
