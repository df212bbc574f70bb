import * as z from 'zod';
import { encodedBytes } from './encoded.ts';
import { ClusterId, NodeId, NodeName, Ordinal } from './identifiers.ts';

/** A raw Ed25519 or X25519 public key: 32 bytes in base64url. */
export const PublicKey = encodedBytes(32);

/** ECDSA on P-256 as r and s, 32 bytes each. */
const Signature = encodedBytes(64);

/** What makes a machine a node of a cluster; with the authority's signature any node verifies it offline. */
export const AdmissionRecord = z.strictObject({
  clusterId: ClusterId,
  generation: z.int().min(1),
  nodeId: NodeId,
  /** Ed25519: the node's identity on the gossip network; its id follows from it. */
  gossipKey: PublicKey,
  /** X25519: the keys of its datagrams and of what is sealed to it follow from it. */
  datagramKey: PublicKey,
  name: NodeName,
  ordinal: Ordinal,
  issuedAt: z.iso.datetime(),
});
export type AdmissionRecord = z.infer<typeof AdmissionRecord>;

/** The end of a node's admission; no record up to that moment counts any more. */
export const Tombstone = z.strictObject({
  clusterId: ClusterId,
  generation: z.int().min(1),
  nodeId: NodeId,
  at: z.iso.datetime(),
});
export type Tombstone = z.infer<typeof Tombstone>;

export const SignedAdmission = z.strictObject({ record: AdmissionRecord, signature: Signature });
export type SignedAdmission = z.infer<typeof SignedAdmission>;

export const SignedTombstone = z.strictObject({ tombstone: Tombstone, signature: Signature });
export type SignedTombstone = z.infer<typeof SignedTombstone>;

/** What is signed of a record: canonical JSON in this order, below a line that no other kind of text begins with. */
export function admissionText(record: AdmissionRecord): string {
  const { clusterId, generation, nodeId, gossipKey, datagramKey, name, ordinal, issuedAt } = record;
  const canonical = { clusterId, generation, nodeId, gossipKey, datagramKey, name, ordinal, issuedAt };
  return `muster admission 1\n${JSON.stringify(canonical)}`;
}

/** What is signed of a tombstone, likewise. */
export function tombstoneText({ clusterId, generation, nodeId, at }: Tombstone): string {
  return `muster tombstone 1\n${JSON.stringify({ clusterId, generation, nodeId, at })}`;
}

/**
 * Whether a tombstone ends this record: both in the order of their generations, then of their times; at the same
 * moment the tombstone wins. A node that was let in again has a newer record, and the tombstone stays against the
 * older ones.
 */
export function endsRecord(tombstone: Tombstone, record: AdmissionRecord): boolean {
  if (tombstone.clusterId !== record.clusterId || tombstone.nodeId !== record.nodeId) return false;
  if (tombstone.generation !== record.generation) return tombstone.generation > record.generation;
  return Date.parse(tombstone.at) >= Date.parse(record.issuedAt);
}
