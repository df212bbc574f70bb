import type { KeyObject } from 'node:crypto';
import { decode } from '../../coordinator/store/codec.ts';
import {
  assignmentKey,
  clusterKey,
  decisionsPrefix,
  nodeKey,
  tombstoneKey,
  wishKey,
} from '../../coordinator/store/keys.ts';
import type { SignedTombstone } from '../../roles/model/admission.ts';
import { MusterError } from '../../roles/model/errors.ts';
import type { NodeId } from '../../roles/model/node.ts';
import type { Clock, Decisions } from '../../roles/model/ports.ts';
import { untilCommitted } from './attempts.ts';
import { requireCluster } from './cluster-of.ts';
import { signTombstone } from './sign.ts';

export interface RemoveParts {
  readonly decisions: Decisions;
  readonly clock: Clock;
  readonly signingKey: KeyObject;
}

/**
 * Ends a node's admission: its tombstone in place of its record, its assignment and its wishes, in one transaction.
 * Returns the tombstone, to be told to all. Throws `not-found` for a node that is not there. Whether the node may go
 * is for the caller to judge.
 */
export async function removeNode(parts: RemoveParts, nodeId: NodeId): Promise<SignedTombstone> {
  const { decisions, clock, signingKey } = parts;
  return untilCommitted(async () => {
    const snapshot = await decisions.read(decisionsPrefix);
    const set = decode(snapshot);
    const cluster = requireCluster(set);
    // By its key, so that a record nobody can read may be removed too.
    if (snapshot.entries[nodeKey(nodeId)] === undefined) throw unknownNode(nodeId);
    const admission = set.nodes.find(({ id }) => id === nodeId)?.admission;
    // Never before the record it ends, whoever's clock was ahead.
    const issuedAtMs = Date.parse(admission?.record.issuedAt ?? '') || 0;
    const at = new Date(Math.max(clock.now().getTime(), issuedAtMs)).toISOString();
    const tombstone = { clusterId: cluster.id, generation: cluster.generation, nodeId, at };
    const signed = signTombstone(tombstone, signingKey);
    const result = await decisions.transact({
      conditions: [clusterKey, nodeKey(nodeId), tombstoneKey(nodeId)].map((key) => ({
        key,
        modRevision: snapshot.entries[key]?.modRevision ?? 0,
      })),
      put: { [tombstoneKey(nodeId)]: JSON.stringify(signed) },
      remove: [nodeKey(nodeId), assignmentKey(nodeId), wishKey(nodeId)],
    });
    return result.committed ? signed : undefined;
  });
}

function unknownNode(nodeId: NodeId): MusterError {
  return new MusterError('not-found', {
    what: `no node ${nodeId} is in the cluster`,
    why: 'it was removed before, or is misspelt',
    next: 'muster node ls',
  });
}
