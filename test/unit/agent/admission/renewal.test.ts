import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import { admit } from '../../../../agent/admission/admit.ts';
import { removeNode } from '../../../../agent/admission/remove.ts';
import { type RenewRequest, renew, renewRequest } from '../../../../agent/admission/renewal.ts';
import { createIdentity } from '../../../../agent/local/identity.ts';
import type { NodeRecord } from '../../../../roles/model/node.ts';
import { type AdmittingCluster, admittingCluster, requestOf } from '../../../support/admitting-cluster.ts';
import { certificateKey } from '../../../support/certificate-key.ts';

const yearMs = 365 * 86_400_000;
const newKey = (): string => certificateKey().publicPem;
const keyPem = newKey();
const identity = createIdentity();

let cluster: AdmittingCluster;
let record: NodeRecord;
beforeEach(async () => {
  cluster = await admittingCluster();
  record = (await admit(cluster, requestOf(await cluster.token(), keyPem, { identity }))).record;
});

const ask = (key = keyPem, by = identity): RenewRequest => renewRequest(record.id, key, by.privateKeyPem);
const answer = async (request: RenewRequest): Promise<X509Certificate> => {
  const parts = { known: await cluster.known(), authority: await cluster.authority() };
  return new X509Certificate((await renew(parts, request)).certificatePem);
};

describe('a certificate', () => {
  test('is renewed for the same key, name and address, also long after it has ended', async () => {
    await cluster.clock.advance(2 * yearMs);
    const certificate = await answer(ask());
    expect(certificate.verify(new X509Certificate(cluster.ca.certificatePem).publicKey)).toBe(true);
    expect(certificate.publicKey.export({ type: 'spki', format: 'pem' })).toBe(keyPem);
    expect(certificate.checkHost(`${record.id}.muster`)).toBeDefined();
    expect(certificate.checkHost('b2')).toBeDefined();
    expect(certificate.checkIP('10.0.0.2')).toBeDefined();
    expect(Date.parse(certificate.validTo)).toBeGreaterThan(cluster.clock.now().getTime());
  });

  test('is made for a key that the node has chosen since', async () => {
    const key = newKey();
    expect((await answer(ask(key))).publicKey.export({ type: 'spki', format: 'pem' })).toBe(key);
  });

  test('needs no token', async () => {
    await cluster.clock.advance(2 * 3_600_000);
    await expect(answer(ask())).resolves.toBeDefined();
  });
});

describe('no certificate is given', () => {
  test('to a node that was removed', async () => {
    const { signingKey } = await cluster.authority();
    await removeNode({ ...cluster, signingKey }, record.id);
    await expect(answer(ask())).rejects.toMatchObject({
      code: 'node-refused',
      message: `${record.id}.muster gets no certificate`,
    });
  });

  test('to a node that has no admission, nor to one that nobody knows', async () => {
    const own = renewRequest(cluster.first.id, keyPem, identity.privateKeyPem);
    await expect(answer(own)).rejects.toMatchObject({ code: 'node-refused' });
    const unknown = renewRequest('nzzzzzzzzzzzz', keyPem, identity.privateKeyPem);
    await expect(answer(unknown)).rejects.toMatchObject({ code: 'node-refused' });
  });

  test.each<[string, () => RenewRequest]>([
    ['signed by another key', () => ask(keyPem, createIdentity())],
    ['for another key than was signed', () => ({ ...ask(), certificateKeyPem: newKey() })],
    ['with the signature of another request', () => ({ ...ask(), signature: ask(newKey()).signature })],
  ])('for a request %s', async (_, request) => {
    await expect(answer(request())).rejects.toMatchObject({
      code: 'node-refused',
      message: 'the request is not signed by the node that it names',
    });
  });

  test.each<[string, string]>([
    ['no key', 'hello'],
    ['a private key', certificateKey().privatePem],
    [
      'a key on another curve',
      generateKeyPairSync('ec', { namedCurve: 'P-384' })
        .publicKey.export({ type: 'spki', format: 'pem' })
        .toString(),
    ],
  ])('for %s', async (_, key) => {
    await expect(answer(ask(key))).rejects.toMatchObject({ code: 'node-refused' });
  });
});
