import { type AdmissionRecord, endsRecord, SignedTombstone } from '../../roles/model/admission.ts';
import type { NodeId } from '../../roles/model/node.ts';
import { type Against, verifyTombstone } from './verify.ts';

/** What a tombstone from the air is judged by. */
export interface TombstoneLaw {
  /** Whose tombstone it is; undefined where the authority of this cluster did not sign it. */
  verify(tombstone: unknown): NodeId | undefined;
  /** Whether it ends the admission that the node has now; one that was admitted anew outlives its old tombstone. */
  ends(tombstone: unknown, node: NodeId): boolean;
  /** When the node was removed; 0 for what is no tombstone. */
  atMs(tombstone: unknown): number;
}

/** `admissionOf`: the record that the decisions have of a node now; undefined for one without. */
export function tombstoneLaw(
  against: Omit<Against, 'tombstones'>,
  admissionOf: (node: NodeId) => AdmissionRecord | undefined,
): TombstoneLaw {
  return {
    verify: (tombstone) => {
      const verified = verifyTombstone(tombstone, against);
      return verified.ok ? verified.value.nodeId : undefined;
    },
    ends: (signed, node) => {
      const parsed = SignedTombstone.safeParse(signed);
      if (!parsed.success || parsed.data.tombstone.nodeId !== node) return false;
      const record = admissionOf(node);
      // Whoever is not among the nodes any more has nothing that could outlive it.
      return record === undefined || endsRecord(parsed.data.tombstone, record);
    },
    atMs: (signed) => {
      const { data } = SignedTombstone.safeParse(signed);
      return data === undefined ? 0 : Date.parse(data.tombstone.at);
    },
  };
}
