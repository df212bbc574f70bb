import type { KeyObject } from 'node:crypto';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import { admit } from '../../../../agent/admission/admit.ts';
import { authorityKeyOf } from '../../../../agent/admission/keys.ts';
import { removeNode } from '../../../../agent/admission/remove.ts';
import { authoritySigningKey } from '../../../../agent/admission/sign.ts';
import { verifyAdmission, verifyTombstone } from '../../../../agent/admission/verify.ts';
import type { Authority } from '../../../../agent/host/certificates.ts';
import { assignmentKey, nodeKey, wishKey } from '../../../../coordinator/store/keys.ts';
import type { NodeRecord } from '../../../../roles/model/node.ts';
import {
  type AdmittingCluster,
  admittingCluster,
  authorityOf,
  clusterId,
  requestOf,
} from '../../../support/admitting-cluster.ts';

let ca: Authority;
let signingKey: KeyObject;
let cluster: AdmittingCluster;
let second: NodeRecord;
beforeAll(async () => {
  ca = await authorityOf();
  signingKey = authoritySigningKey(ca.privateKeyPem);
});
beforeEach(async () => {
  cluster = await admittingCluster(ca);
  second = (await admit(cluster, requestOf(await cluster.token(), ca.privateKeyPem))).record;
});

test('a removed node leaves nothing but its tombstone', async () => {
  const put = {
    [assignmentKey(second.id)]: '{"roles":["web"],"why":{}}',
    [wishKey(second.id)]: '{"set":["web"]}',
  };
  await cluster.decisions.transact({ conditions: [], put });
  const signed = await removeNode({ ...cluster, signingKey }, second.id);
  const set = await cluster.known();
  expect(set).toMatchObject({ assignments: {}, wishes: {}, tombstones: { [second.id]: signed } });
  expect(set.nodes).toEqual([cluster.first]);
});

test('the tombstone ends its record, whoever looks', async () => {
  const signed = await removeNode({ ...cluster, signingKey }, second.id);
  const joined = { id: clusterId, generation: 1 };
  const against = { authority: authorityKeyOf(ca.certificatePem), cluster: joined };
  expect(verifyTombstone(signed, against).ok).toBe(true);
  const tombstones = { [second.id]: signed };
  expect(verifyAdmission(second.admission, { ...against, tombstones }).ok).toBe(false);
});

test('also where the clock of the one who removes is behind', async () => {
  const behind = { now: () => new Date('2025-12-31T00:00:00.000Z') };
  const clock = Object.assign(Object.create(cluster.clock) as typeof cluster.clock, behind);
  const { tombstone } = await removeNode({ decisions: cluster.decisions, clock, signingKey }, second.id);
  expect(tombstone.at).toBe(second.admission?.record.issuedAt);
});

test('a record that nobody can read is removed too', async () => {
  const key = nodeKey('nzzzzzzzzzzzz');
  await cluster.decisions.transact({ conditions: [], put: { [key]: '{}' } });
  await removeNode({ ...cluster, signingKey }, 'nzzzzzzzzzzzz');
  expect((await cluster.known()).malformed).toEqual([]);
});

test('a node has to be there, and is removed once', async () => {
  await removeNode({ ...cluster, signingKey }, second.id);
  await expect(removeNode({ ...cluster, signingKey }, second.id)).rejects.toMatchObject({
    code: 'not-found',
  });
});

test('a change that came first is taken into account', async () => {
  const moved = JSON.stringify({ ...second, address: '10.0.0.9' });
  cluster.decisions.meanwhile.push(() =>
    cluster.decisions.undisturbed({ conditions: [], put: { [nodeKey(second.id)]: moved } }),
  );
  await removeNode({ ...cluster, signingKey }, second.id);
  expect((await cluster.known()).nodes).toEqual([cluster.first]);
});
