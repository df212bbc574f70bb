import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { admit } from '../../../../agent/admission/admit.ts';
import { authoritySecret, openAuthority } from '../../../../agent/admission/authority.ts';
import { removeNode } from '../../../../agent/admission/remove.ts';
import { authorityHolders, sealAuthority } from '../../../../agent/admission/seal-authority.ts';
import type { Authority } from '../../../../agent/host/certificates.ts';
import { createIdentity } from '../../../../agent/local/identity.ts';
import { type Identity, writeIdentity } from '../../../../agent/local/state.ts';
import type { DecisionSet } from '../../../../coordinator/store/codec.ts';
import { clusterKey } from '../../../../coordinator/store/keys.ts';
import { paths } from '../../../../roles/model/paths.ts';
import {
  type AdmittingCluster,
  admittingCluster,
  authorityOf,
  requestOf,
} from '../../../support/admitting-cluster.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { FakeFiles } from '../../../support/fake-files.ts';

const [second, third, fourth] = [createIdentity(), createIdentity(), createIdentity()];

let ca: Authority;
let cluster: AdmittingCluster;
beforeAll(async () => {
  ca = await authorityOf();
});
beforeEach(async () => {
  cluster = await admittingCluster(ca);
  const token = await cluster.token();
  for (const [index, identity] of [second, third, fourth].entries()) {
    const address = `10.0.0.${index + 2}`;
    await admit(cluster, requestOf(token, ca.privateKeyPem, { identity, name: 'b', address }));
  }
});

/** The authority as a node opens it that has no key on disk. */
async function openAs(identity: Identity, known: DecisionSet | undefined): ReturnType<typeof openAuthority> {
  const files = new FakeFiles({ [paths.authority]: ca.certificatePem });
  await writeIdentity(files, identity);
  return openAuthority({ files, clock: new FakeClock(), known: () => known });
}

describe('the key of the authority is sealed', () => {
  test('to every voter and one standby, the first by ordinal', async () => {
    const { nodes } = await cluster.known();
    const ids = authorityHolders(nodes, [third.nodeId]).map(({ nodeId }) => nodeId);
    expect(ids).toEqual([second.nodeId, third.nodeId]);
  });

  test('to nobody else, and once', async () => {
    expect(await sealAuthority(cluster.decisions, ca.privateKeyPem, [second.nodeId])).toBe(true);
    const { secrets } = await cluster.known();
    expect(Object.keys(secrets[authoritySecret] ?? {}).sort()).toEqual([second.nodeId, third.nodeId].sort());
    expect(JSON.stringify(secrets)).not.toContain('PRIVATE');
    expect(await sealAuthority(cluster.decisions, ca.privateKeyPem, [second.nodeId])).toBe(false);
  });

  test('to another when a holder is removed', async () => {
    await sealAuthority(cluster.decisions, ca.privateKeyPem, [second.nodeId]);
    const { signingKey } = await cluster.authority();
    await removeNode({ ...cluster, signingKey }, third.nodeId);
    expect(await sealAuthority(cluster.decisions, ca.privateKeyPem, [second.nodeId])).toBe(true);
    const { secrets } = await cluster.known();
    expect(Object.keys(secrets[authoritySecret] ?? {}).sort()).toEqual([second.nodeId, fourth.nodeId].sort());
  });

  test('at the next turn when another change came first', async () => {
    const { entries } = await cluster.decisions.read(clusterKey);
    const put = { [clusterKey]: entries[clusterKey]?.value ?? '' };
    cluster.decisions.meanwhile.push(() => cluster.decisions.undisturbed({ conditions: [], put }));
    expect(await sealAuthority(cluster.decisions, ca.privateKeyPem, [second.nodeId])).toBe(false);
    expect(await sealAuthority(cluster.decisions, ca.privateKeyPem, [second.nodeId])).toBe(true);
  });
});

describe('a node without the key on disk', () => {
  test('admits all the same when it is sealed to it', async () => {
    await sealAuthority(cluster.decisions, ca.privateKeyPem, [second.nodeId]);
    const known = await cluster.known();
    const authority = (): ReturnType<typeof openAuthority> => openAs(third, known);
    const request = requestOf(await cluster.token(), ca.privateKeyPem, { name: 'b9', address: '10.0.0.9' });
    expect((await admit({ ...cluster, authority }, request)).record.name).toBe('b9');
  });

  test('says to whom it is sealed when it is none of them', async () => {
    await sealAuthority(cluster.decisions, ca.privateKeyPem, [second.nodeId]);
    const error = openAs(fourth, await cluster.known());
    await expect(error).rejects.toMatchObject({
      code: 'not-allowed',
      why: expect.stringContaining(second.nodeId),
    });
  });

  test('says where it would be when nothing is known', async () => {
    const error = openAs(fourth, undefined);
    await expect(error).rejects.toMatchObject({
      code: 'not-allowed',
      why: expect.stringContaining('ca.key'),
    });
  });
});
