import { type KeyObject, verify } from 'node:crypto';
import * as z from 'zod';
import {
  type AdmissionRecord,
  admissionText,
  endsRecord,
  SignedAdmission,
  SignedTombstone,
  type Tombstone,
  tombstoneText,
} from '../../roles/model/admission.ts';
import type { NodeId } from '../../roles/model/node.ts';
import { nodeIdOfRaw } from '../local/identity.ts';

/** What a record is held against; all of it is on every node's disk. */
export interface Against {
  /** From ca.crt. */
  readonly authority: KeyObject;
  readonly cluster: { readonly id: string; readonly generation: number };
  /** Of the decisions and of the gossip, whichever is known here. */
  readonly tombstones: Readonly<Record<NodeId, SignedTombstone>>;
}

/** What was signed, or why it does not count, in words. */
export type Verified<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly why: string };

/**
 * Whether this is an admission to this cluster that is in force. Takes whatever came over the network; about 0.1 ms.
 * Whoever shows it has yet to prove that it holds the keys in it.
 */
export function verifyAdmission(input: unknown, against: Against): Verified<AdmissionRecord> {
  const parsed = SignedAdmission.safeParse(input);
  if (!parsed.success) return refused(`it is no admission record: ${z.prettifyError(parsed.error)}`);
  const { record, signature } = parsed.data;
  const strange = strangeness(record, against);
  if (strange !== undefined) return refused(strange);
  if (record.nodeId !== nodeIdOfRaw(record.gossipKey)) {
    return refused(
      `its gossip key is that of ${nodeIdOfRaw(record.gossipKey)}, and it speaks of ${record.nodeId}`,
    );
  }
  if (!isSigned(admissionText(record), signature, against.authority)) return refused(forged);
  const end = against.tombstones[record.nodeId]?.tombstone;
  if (end !== undefined && endsRecord(end, record)) {
    return refused(`${record.nodeId} was removed at ${end.at}, and the record is of ${record.issuedAt}`);
  }
  return { ok: true, value: record };
}

/** Whether this is a tombstone of this cluster; one of a former generation counts as well. */
export function verifyTombstone(input: unknown, against: Omit<Against, 'tombstones'>): Verified<Tombstone> {
  const parsed = SignedTombstone.safeParse(input);
  if (!parsed.success) return refused(`it is no tombstone: ${z.prettifyError(parsed.error)}`);
  const { tombstone, signature } = parsed.data;
  const { cluster } = against;
  if (tombstone.clusterId !== cluster.id || tombstone.generation > cluster.generation) {
    return refused(otherCluster(tombstone, cluster));
  }
  if (!isSigned(tombstoneText(tombstone), signature, against.authority)) return refused(forged);
  return { ok: true, value: tombstone };
}

const forged = "the signature is not that of this cluster's authority";

function strangeness(record: AdmissionRecord, { cluster }: Against): string | undefined {
  if (record.clusterId === cluster.id && record.generation === cluster.generation) return undefined;
  return otherCluster(record, cluster);
}

function otherCluster(
  it: { readonly clusterId: string; readonly generation: number },
  cluster: Against['cluster'],
): string {
  const here = `${cluster.id}, generation ${cluster.generation}`;
  return `it is of the cluster ${it.clusterId}, generation ${it.generation}; this one is ${here}`;
}

function refused(why: string): { ok: false; why: string } {
  return { ok: false, why };
}

function isSigned(text: string, signature: string, key: KeyObject): boolean {
  const bytes = Buffer.from(signature, 'base64url');
  return verify('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' }, bytes);
}
