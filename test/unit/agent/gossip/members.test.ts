import { beforeAll, expect, test } from 'vitest';
import { admit } from '../../../../agent/admission/admit.ts';
import { authorityKeyOf } from '../../../../agent/admission/keys.ts';
import { authoritySigningKey, signTombstone } from '../../../../agent/admission/sign.ts';
import { verifiedMembers } from '../../../../agent/gossip/members.ts';
import type { Authority } from '../../../../agent/host/certificates.ts';
import type { NodeRecord } from '../../../../roles/model/node.ts';
import {
  type AdmittingCluster,
  admittingCluster,
  authorityOf,
  clusterId,
  requestOf,
} from '../../../support/admitting-cluster.ts';
import { certificateKey } from '../../../support/certificate-key.ts';

const keyPem = certificateKey().publicPem;

let ca: Authority;
let cluster: AdmittingCluster;
let record: NodeRecord;
beforeAll(async () => {
  ca = await authorityOf();
  cluster = await admittingCluster(ca);
  record = (await admit(cluster, requestOf(await cluster.token(), keyPem))).record;
});

const against = (authority = ca): Parameters<typeof verifiedMembers>[1] => ({
  authority: authorityKeyOf(authority.certificatePem),
  cluster: { id: clusterId, generation: 1 },
  tombstones: {},
});

test('who was admitted is listened to, with both keys and at the decided address', () => {
  const { members, refused } = verifiedMembers({ nodes: [record], deaths: {} }, against());
  const { gossipKey, datagramKey } = record.admission?.record ?? {};
  expect(members).toEqual([{ id: record.id, address: '10.0.0.2', gossipKey, datagramKey, dead: false }]);
  expect(refused).toEqual([]);
});

test('who was declared dead is listened to all the same', () => {
  const deaths = { [record.id]: { at: '2026-01-01T00:00:00.000Z' } };
  expect(verifiedMembers({ nodes: [record], deaths }, against()).members).toMatchObject([{ dead: true }]);
});

test.each<[string, () => Promise<[NodeRecord, Parameters<typeof verifiedMembers>[1]]>, string]>([
  ['without an admission', async () => [cluster.first, against()], 'it is no admission record'],
  ['of another authority', async () => [record, against(await authorityOf())], 'the signature is not that'],
  [
    'of an earlier generation',
    async () => [record, { ...against(), cluster: { id: clusterId, generation: 2 } }],
    'generation 1',
  ],
  [
    'that was removed',
    async () => {
      const tombstone = { clusterId, generation: 1, nodeId: record.id, at: '2026-01-02T00:00:00.000Z' };
      const signed = signTombstone(tombstone, authoritySigningKey(ca.privateKeyPem));
      return [record, { ...against(), tombstones: { [record.id]: signed } }];
    },
    'was removed at 2026-01-02',
  ],
])('nobody listens to a node %s, and one line says why', async (_, make, why) => {
  const [node, held] = await make();
  const { members, refused } = verifiedMembers({ nodes: [node], deaths: {} }, held);
  expect(members).toEqual([]);
  expect(refused).toEqual([expect.stringContaining(`nobody listens to ${node.name} (${node.id}): `)]);
  expect(refused[0]).toContain(why);
  expect(refused[0]).not.toContain('\n');
});
