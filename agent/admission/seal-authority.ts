import { decode } from '../../coordinator/store/codec.ts';
import { clusterKey, decisionsPrefix, secretKey } from '../../coordinator/store/keys.ts';
import type { NodeId, NodeRecord } from '../../roles/model/node.ts';
import type { Decisions } from '../../roles/model/ports.ts';
import { authoritySecret } from './authority.ts';
import { requireCluster } from './cluster-of.ts';
import { isSealedTo, type Recipient, sealTo } from './sealed.ts';

/**
 * Who shall be able to open the authority's key: every voter, and the first other node as a standby, so that no
 * single death stops admissions. Nodes without an admission have no key to seal to.
 */
export function authorityHolders(
  nodes: readonly NodeRecord[],
  voters: readonly NodeId[],
): readonly Recipient[] {
  const able = nodes.flatMap(({ id, admission }) =>
    admission === undefined ? [] : [{ nodeId: id, datagramKey: admission.record.datagramKey }],
  );
  const standby = able.find(({ nodeId }) => !voters.includes(nodeId));
  return able.filter((one) => voters.includes(one.nodeId) || one === standby);
}

/**
 * Keeps the authority's key sealed to its holders, and to nobody who was one before. True when it was written; false
 * when all was well, or another change came first: the next turn sees.
 */
export async function sealAuthority(
  decisions: Decisions,
  caKeyPem: string,
  voters: readonly NodeId[],
): Promise<boolean> {
  const snapshot = await decisions.read(decisionsPrefix);
  const set = decode(snapshot);
  const cluster = requireCluster(set);
  const holders = authorityHolders(set.nodes, voters);
  const sealed = set.secrets[authoritySecret];
  if (holders.length === 0 || (sealed !== undefined && isSealedTo(sealed, holders))) return false;
  const use = { clusterId: cluster.id, name: authoritySecret };
  const key = secretKey(authoritySecret);
  const { committed } = await decisions.transact({
    conditions: [clusterKey, key].map((one) => ({
      key: one,
      modRevision: snapshot.entries[one]?.modRevision ?? 0,
    })),
    put: { [key]: JSON.stringify(sealTo(Buffer.from(caKeyPem), holders, use)) },
  });
  return committed;
}
