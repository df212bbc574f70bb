import { X509Certificate } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import { admit } from '../../../../agent/admission/admit.ts';
import { authorityKeyOf } from '../../../../agent/admission/keys.ts';
import { removeNode } from '../../../../agent/admission/remove.ts';
import type { JoinRequest } from '../../../../agent/admission/request.ts';
import { authoritySigningKey } from '../../../../agent/admission/sign.ts';
import { verifyAdmission } from '../../../../agent/admission/verify.ts';
import { createIdentity } from '../../../../agent/local/identity.ts';
import { decisionsPrefix, nodeKey } from '../../../../coordinator/store/keys.ts';
import { asMusterError, type MusterError } from '../../../../roles/model/errors.ts';
import type { Token } from '../../../../roles/model/token.ts';
import {
  type AdmittingCluster,
  admittingCluster,
  clusterId,
  requestOf,
} from '../../../support/admitting-cluster.ts';
import { certificateKey } from '../../../support/certificate-key.ts';

const keyPem = certificateKey().publicPem;

let cluster: AdmittingCluster;
let token: Token;
beforeEach(async () => {
  cluster = await admittingCluster();
  token = await cluster.token();
});

function ask(parts: Parameters<typeof requestOf>[2] = {}, by: Token = token): JoinRequest {
  return requestOf(by, keyPem, parts);
}

async function refusal(request: JoinRequest): Promise<MusterError> {
  const before = await cluster.decisions.read(decisionsPrefix);
  const error = await admit(cluster, request).then(() => undefined, asMusterError);
  if (error === undefined) throw new Error('it was not refused');
  const after = await cluster.decisions.read(decisionsPrefix);
  // A refusal writes nothing.
  if (cluster.decisions.meanwhile.length === 0) expect(after.revision).toBe(before.revision);
  return error;
}

const usesLeft = async (): Promise<number | undefined> => (await cluster.known()).tokens[token.id]?.usesLeft;

async function remove(nodeId: string): Promise<void> {
  await removeNode({ ...cluster, signingKey: authoritySigningKey(cluster.ca.privateKeyPem) }, nodeId);
}

describe('a machine with a good token', () => {
  test('is a node: record, certificate, authority, decisions, peers', async () => {
    const identity = createIdentity();
    const answer = await admit(cluster, ask({ identity }));

    expect(answer.record).toMatchObject({
      id: identity.nodeId,
      name: 'b2',
      ordinal: 2,
      address: '10.0.0.2',
    });
    expect(answer.peers).toEqual([cluster.first]);
    expect(answer.notes).toEqual([]);
    expect((await cluster.known()).nodes).toEqual([cluster.first, answer.record]);
    expect(answer.snapshot).toEqual(await cluster.decisions.read(decisionsPrefix));
    expect(await usesLeft()).toBe(9);
  });

  test('has an admission that anyone verifies offline', async () => {
    const { record, caPem } = await admit(cluster, ask());
    const against = {
      authority: authorityKeyOf(caPem),
      cluster: { id: clusterId, generation: 1 },
      tombstones: {},
    };
    expect(verifyAdmission(record.admission, against).ok).toBe(true);
  });

  test('has a certificate for its own key and names', async () => {
    const { record, certificatePem, caPem } = await admit(cluster, ask());
    const certificate = new X509Certificate(certificatePem);
    expect(certificate.verify(new X509Certificate(caPem).publicKey)).toBe(true);
    expect(certificate.publicKey.export({ type: 'spki', format: 'pem' })).toBe(keyPem);
    expect(certificate.checkHost(`${record.id}.muster`)).toBeDefined();
    expect(certificate.checkIP('10.0.0.2')).toBeDefined();
  });

  test('takes the smallest free ordinal', async () => {
    const second = await admit(cluster, ask());
    await admit(cluster, ask({ name: 'b3', address: '10.0.0.3' }));
    await remove(second.record.id);
    const fourth = await admit(cluster, ask({ name: 'b4', address: '10.0.0.4' }));
    expect(fourth.record.ordinal).toBe(2);
  });

  test.each([
    { name: 'b1', taken: [], gets: 'b1-2' },
    { name: 'b1', taken: ['b1-2'], gets: 'b1-3' },
    { name: 'x'.repeat(63), taken: ['x'.repeat(63)], gets: `${'x'.repeat(61)}-2` },
    { name: `${'x'.repeat(60)}-yz`, taken: [`${'x'.repeat(60)}-yz`], gets: `${'x'.repeat(60)}-2` },
  ])('that is called as another, $name, gets a suffix', async ({ name, taken, gets }) => {
    for (const [index, other] of taken.entries()) {
      await admit(cluster, ask({ name: other, address: `10.0.1.${index + 1}` }));
    }
    const { record, notes } = await admit(cluster, ask({ name }));
    expect(record.name).toBe(gets);
    expect(record.admission?.record.name).toBe(gets);
    expect(notes).toEqual([`the name ${name} belongs to another node, so this one is ${gets}`]);
  });

  test('may have the address of one that was removed', async () => {
    const { record } = await admit(cluster, ask());
    await remove(record.id);
    expect((await admit(cluster, ask())).record.address).toBe('10.0.0.2');
  });
});

describe('a machine that was a node before', () => {
  test('takes the place of its own entry, and says so', async () => {
    const identity = createIdentity();
    const before = await admit(cluster, ask({ identity }));
    await cluster.clock.advance(60_000);
    const again = await cluster.token();
    const { record, notes } = await admit(cluster, ask({ identity, name: 'c2', address: '10.0.0.9' }, again));

    expect(record).toMatchObject({ id: before.record.id, name: 'c2', ordinal: 2, address: '10.0.0.9' });
    expect(notes).toEqual(['it takes the place of its own entry from before: b2 at 10.0.0.2']);
    expect((await cluster.known()).nodes).toEqual([cluster.first, record]);
  });

  test('keeps its own name and stays drained', async () => {
    const identity = createIdentity();
    const { record } = await admit(cluster, ask({ identity }));
    const drained = JSON.stringify({ ...record, drained: true });
    await cluster.decisions.transact({ conditions: [], put: { [nodeKey(record.id)]: drained } });
    const again = await admit(cluster, ask({ identity }));
    expect(again.record).toMatchObject({ name: 'b2', drained: true });
    expect(again.notes).toContain('it is still drained: muster node undrain ends that');
  });

  test('and was removed comes back with a token made since, and its old record stays dead', async () => {
    const identity = createIdentity();
    const before = await admit(cluster, ask({ identity }));
    await remove(before.record.id);
    await cluster.clock.advance(1_000);
    const { record, caPem } = await admit(cluster, ask({ identity }, await cluster.token()));
    const against = {
      authority: authorityKeyOf(caPem),
      cluster: { id: clusterId, generation: 1 },
      tombstones: (await cluster.known()).tombstones,
    };
    expect(verifyAdmission(record.admission, against).ok).toBe(true);
    expect(verifyAdmission(before.record.admission, against).ok).toBe(false);
  });

  test('and was removed does not come back with what it still had', async () => {
    const identity = createIdentity();
    const { record } = await admit(cluster, ask({ identity }));
    await cluster.clock.advance(1_000);
    await remove(record.id);
    const error = await refusal(ask({ identity }));
    expect(error).toMatchObject({ code: 'token-refused', next: expect.stringContaining('token create') });
    expect(error.why).toBe(
      'the node was removed at 2026-01-01T00:00:01.000Z, and the token was made at 2026-01-01T00:00:00.000Z',
    );
  });
});
