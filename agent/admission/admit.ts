import type { KeyObject } from 'node:crypto';
import { type Cluster, type DecisionSet, decode } from '../../coordinator/store/codec.ts';
import {
  admissionsKey,
  clusterKey,
  decisionsPrefix,
  nodeKey,
  tokenKey,
  tombstoneKey,
} from '../../coordinator/store/keys.ts';
import type { AdmissionRecord } from '../../roles/model/admission.ts';
import type { Hardware } from '../../roles/model/hardware.ts';
import type { NodeId, NodeRecord } from '../../roles/model/node.ts';
import type { Clock, Decisions, Snapshot, Transaction } from '../../roles/model/ports.ts';
import type { TokenRecord } from '../../roles/model/token.ts';
import { nodeIdOfRaw } from '../local/identity.ts';
import { untilCommitted } from './attempts.ts';
import { checkRequest } from './check-request.ts';
import { requireGoodToken } from './check-token.ts';
import { refuseUnreadable, requireCluster } from './cluster-of.ts';
import { type Place, placeOf } from './place.ts';
import { tokenRefused } from './refusals.ts';
import type { JoinAnswer, JoinRequest, JoinReview } from './request.ts';
import { signAdmission } from './sign.ts';

/** A certificate to be made, as agent/host/certificates.ts issues it. */
interface CertificateOrder {
  readonly nodeId: NodeId;
  readonly names: readonly string[];
  readonly addresses: readonly string[];
  readonly publicKeyPem: string;
}

/** Who signs in the cluster's name: on this node only while it holds the CA's key. */
export interface Authority {
  readonly caPem: string;
  readonly signingKey: KeyObject;
  /** What its signatures are held against. */
  readonly publicKey: KeyObject;
  certify(order: CertificateOrder): Promise<string>;
}

export interface AdmitParts {
  readonly decisions: Decisions;
  readonly clock: Clock;
  /** Asked for each admission, so that the key need not lie in memory meanwhile. */
  readonly authority: () => Promise<Authority>;
  /** Of this node, and so of the cluster. */
  readonly release: Hardware['release'];
  /** The key of the cluster's network, which a newcomer is given. */
  readonly networkKey: () => Promise<string>;
}

/** Whether a machine would be let in, and what would not be quite as it asks. Refuses as `admit` does. */
export async function wouldAdmit(parts: AdmitParts, request: JoinRequest): Promise<JoinReview> {
  const { place } = await judge(parts, request, nodeIdOfRaw(request.gossipKey));
  return { notes: [...place.notes], known: place.former !== undefined };
}

/**
 * Lets a machine in, or refuses it: `token-refused`, `release-mismatch` and `node-refused` change nothing. The node,
 * the token's use and the order of admissions are written in one transaction; when another change came first, all is
 * decided anew from what is there then. After `store-unreachable` it may have been written all the same: the same
 * request again is answered again, and takes no second use.
 */
export async function admit(parts: AdmitParts, request: JoinRequest): Promise<JoinAnswer> {
  const nodeId = nodeIdOfRaw(request.gossipKey);
  const admitted = await untilCommitted(() => attempt(parts, request, nodeId));
  const snapshot = await parts.decisions.read(decisionsPrefix);
  const peers = decode(snapshot).nodes.filter(({ id }) => id !== nodeId);
  return { ...admitted, networkKey: await parts.networkKey(), snapshot, peers };
}

type Admitted = Omit<JoinAnswer, 'snapshot' | 'peers' | 'networkKey'>;

/** All that is judged before anything is signed or written. */
interface Judged {
  readonly snapshot: Snapshot;
  readonly set: DecisionSet;
  readonly cluster: Cluster;
  readonly token: TokenRecord;
  readonly place: Place;
  readonly now: Date;
}

async function judge(
  { decisions, clock, release }: AdmitParts,
  request: JoinRequest,
  nodeId: NodeId,
): Promise<Judged> {
  const now = clock.now();
  const snapshot = await decisions.read(decisionsPrefix);
  const set = decode(snapshot);
  const cluster = requireCluster(set);
  refuseOtherCluster(request, cluster);
  // Whoever has no good token is told nothing about anything else.
  const token = requireGoodToken(set, request, nodeId, now);
  refuseUnreadable(set);
  checkRequest(request, release);
  return { snapshot, set, cluster, token, place: placeOf(set, { ...request, nodeId }), now };
}

async function attempt(
  parts: AdmitParts,
  request: JoinRequest,
  nodeId: NodeId,
): Promise<Admitted | undefined> {
  const { snapshot, set, cluster, token, place, now } = await judge(parts, request, nodeId);
  const signer = await parts.authority();
  const record = recordOf(request, place, signer.signingKey, {
    clusterId: cluster.id,
    generation: cluster.generation,
    nodeId,
    issuedAt: afterRemoval(set, nodeId, now).toISOString(),
  });
  const { name, address } = record;
  const { certificateKeyPem: publicKeyPem } = request;
  // What can fail comes before the decision, so that nobody is let in half.
  const certificatePem = await signer.certify({ nodeId, names: [name], addresses: [address], publicKeyPem });
  const result = await parts.decisions.transact(admissionOf(snapshot, record, usedBy(token, nodeId)));
  if (!result.committed) return undefined;
  return { record, certificatePem, caPem: signer.caPem, notes: [...place.notes] };
}

function recordOf(
  { gossipKey, datagramKey, address }: JoinRequest,
  { name, ordinal, former }: Place,
  signingKey: KeyObject,
  issued: Pick<AdmissionRecord, 'clusterId' | 'generation' | 'nodeId' | 'issuedAt'>,
): NodeRecord {
  const admission = signAdmission({ ...issued, gossipKey, datagramKey, name, ordinal }, signingKey);
  const drained = former?.drained === undefined ? {} : { drained: former.drained };
  return { id: issued.nodeId, name, ordinal, address, ...drained, admission };
}

function refuseOtherCluster({ clusterId, tokenId }: JoinRequest, cluster: Cluster): void {
  if (clusterId === cluster.id) return;
  const why = `it was made by the cluster ${clusterId}; this node belongs to ${cluster.id}`;
  throw tokenRefused(`the token ${tokenId} opens nothing here`, why);
}

/** Later than the node's removal whatever this clock says, so that the tombstone does not end the new record too. */
function afterRemoval({ tombstones }: DecisionSet, nodeId: NodeId, now: Date): Date {
  const removedAtMs = Date.parse(tombstones[nodeId]?.tombstone.at ?? '');
  return Number.isNaN(removedAtMs) ? now : new Date(Math.max(now.getTime(), removedAtMs + 1));
}

function usedBy(token: TokenRecord, nodeId: NodeId): TokenRecord {
  if (token.admitted.includes(nodeId)) return token;
  return { ...token, usesLeft: token.usesLeft - 1, admitted: [...token.admitted, nodeId] };
}

/** Holds only if the cluster, the token, this node's entries and the order of admissions are as they were read. */
function admissionOf({ entries }: Snapshot, record: NodeRecord, token: TokenRecord): Transaction {
  const { id } = record;
  const hangsOn = [clusterKey, admissionsKey, nodeKey(id), tombstoneKey(id), tokenKey(token.id)];
  return {
    conditions: hangsOn.map((key) => ({ key, modRevision: entries[key]?.modRevision ?? 0 })),
    put: {
      [nodeKey(id)]: JSON.stringify(record),
      [tokenKey(token.id)]: JSON.stringify(token),
      [admissionsKey]: JSON.stringify({ last: id }),
    },
  };
}
