import { beforeAll, describe, expect, test } from 'vitest';
import { authorityKeyOf } from '../../../../agent/admission/keys.ts';
import { authoritySigningKey, signTombstone } from '../../../../agent/admission/sign.ts';
import { type TombstoneLaw, tombstoneLaw } from '../../../../agent/admission/tombstone-law.ts';
import { createIdentity, rawPublicKey } from '../../../../agent/local/identity.ts';
import type { AdmissionRecord, SignedTombstone } from '../../../../roles/model/admission.ts';
import { authorityOf, clusterId } from '../../../support/admitting-cluster.ts';

const identity = createIdentity();
const record: AdmissionRecord = {
  clusterId,
  generation: 1,
  nodeId: identity.nodeId,
  gossipKey: rawPublicKey(identity.publicKeyPem),
  datagramKey: rawPublicKey(identity.datagramPublicKeyPem),
  name: 'b2',
  ordinal: 2,
  issuedAt: '2026-01-01T12:00:00.000Z',
};

let law: TombstoneLaw;
let stranger: SignedTombstone;
let signedAt: (at: string) => SignedTombstone;
beforeAll(async () => {
  const ca = await authorityOf();
  const against = { authority: authorityKeyOf(ca.certificatePem), cluster: { id: clusterId, generation: 1 } };
  law = tombstoneLaw(against, (node) => (node === record.nodeId ? record : undefined));
  const tombstone = { clusterId, generation: 1, nodeId: record.nodeId, at: record.issuedAt };
  signedAt = (at) => signTombstone({ ...tombstone, at }, authoritySigningKey(ca.privateKeyPem));
  stranger = signTombstone(tombstone, authoritySigningKey((await authorityOf()).privateKeyPem));
});

test('a genuine tombstone is known, whatever else came with it is not', () => {
  expect(law.verify(signedAt(record.issuedAt))).toBe(record.nodeId);
  expect(law.verify(stranger)).toBeUndefined();
  expect(law.verify({ any: 'thing' })).toBeUndefined();
});

test('it says when; what is none, at the beginning of time', () => {
  expect(law.atMs(signedAt(record.issuedAt))).toBe(Date.parse(record.issuedAt));
  expect(law.atMs({ any: 'thing' })).toBe(0);
});

describe('it ends', () => {
  test.each([
    { what: 'an admission up to its moment', at: '2026-01-01T12:00:00.000Z', ends: true },
    { what: 'no later one', at: '2026-01-01T11:00:00.000Z', ends: false },
  ])('$what', ({ at, ends }) => {
    expect(law.ends(signedAt(at), record.nodeId)).toBe(ends);
  });

  test('whom the decisions do not know any more', () => {
    const gone = createIdentity().nodeId;
    const { tombstone, signature } = signedAt(record.issuedAt);
    expect(law.ends({ tombstone: { ...tombstone, nodeId: gone }, signature }, gone)).toBe(true);
  });

  test('nobody but the node it names', () => {
    expect(law.ends(signedAt(record.issuedAt), createIdentity().nodeId)).toBe(false);
    expect(law.ends({}, record.nodeId)).toBe(false);
  });
});
