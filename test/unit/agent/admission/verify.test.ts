import { type KeyObject, sign } from 'node:crypto';
import { assert, constantFrom, integer, property } from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { authorityKeyOf } from '../../../../agent/admission/keys.ts';
import { authoritySigningKey, signAdmission, signTombstone } from '../../../../agent/admission/sign.ts';
import { type Against, verifyAdmission, verifyTombstone } from '../../../../agent/admission/verify.ts';
import { createIdentity, rawPublicKey } from '../../../../agent/local/identity.ts';
import {
  type AdmissionRecord,
  type SignedAdmission,
  type SignedTombstone,
  tombstoneText,
} from '../../../../roles/model/admission.ts';
import { authorityOf, clusterId } from '../../../support/admitting-cluster.ts';

const identity = createIdentity();
const stranger = createIdentity();
const record: AdmissionRecord = {
  clusterId,
  generation: 2,
  nodeId: identity.nodeId,
  gossipKey: rawPublicKey(identity.publicKeyPem),
  datagramKey: rawPublicKey(identity.datagramPublicKeyPem),
  name: 'b2',
  ordinal: 2,
  issuedAt: '2026-01-01T12:00:00.000Z',
};
const tombstone = { clusterId, generation: 2, nodeId: record.nodeId, at: '2026-01-01T13:00:00.000Z' };

let caKey: KeyObject;
let otherKey: KeyObject;
let against: Against;
let signed: SignedAdmission;
let removed: SignedTombstone;
beforeAll(async () => {
  const ca = await authorityOf();
  caKey = authoritySigningKey(ca.privateKeyPem);
  otherKey = authoritySigningKey((await authorityOf()).privateKeyPem);
  const authority = authorityKeyOf(ca.certificatePem);
  against = { authority, cluster: { id: clusterId, generation: 2 }, tombstones: {} };
  signed = signAdmission(record, caKey);
  removed = signTombstone(tombstone, caKey);
});

const changed = (part: Partial<AdmissionRecord>): AdmissionRecord => ({ ...record, ...part });

test('what the authority signed holds, offline, with its certificate alone', () => {
  expect(verifyAdmission(signed, against)).toEqual({ ok: true, value: record });
  expect(verifyAdmission(JSON.parse(JSON.stringify(signed)), against).ok).toBe(true);
  expect(verifyTombstone(removed, against)).toEqual({ ok: true, value: tombstone });
});

describe('an admission is refused that is', () => {
  test.each<{ what: string; make: () => unknown; says: string }>([
    { what: 'no record', make: () => 'admit me', says: 'no admission record' },
    { what: 'without a signature', make: () => ({ record }), says: 'no admission record' },
    { what: 'more than a record', make: () => ({ ...signed, voter: true }), says: 'no admission record' },
    { what: 'signed by another authority', make: () => signAdmission(record, otherKey), says: 'signature' },
    {
      what: 'given another name',
      make: () => ({ ...signed, record: changed({ name: 'b1' }) }),
      says: 'signature',
    },
    {
      what: 'given another ordinal',
      make: () => ({ ...signed, record: changed({ ordinal: 1 }) }),
      says: 'signature',
    },
    {
      what: 'given another datagram key',
      make: () => ({
        ...signed,
        record: changed({ datagramKey: rawPublicKey(stranger.datagramPublicKeyPem) }),
      }),
      says: 'signature',
    },
    {
      what: 'made younger',
      make: () => ({ ...signed, record: changed({ issuedAt: '2027-01-01T12:00:00.000Z' }) }),
      says: 'signature',
    },
    {
      what: 'for a key with the id of another',
      make: () => signAdmission(changed({ gossipKey: rawPublicKey(stranger.publicKeyPem) }), caKey),
      says: `its gossip key is that of ${stranger.nodeId}`,
    },
    {
      what: 'of another cluster, by the same authority',
      make: () => signAdmission(changed({ clusterId: 'cnnnnnnnnnnnn' }), caKey),
      says: 'it is of the cluster cnnnnnnnnnnnn, generation 2',
    },
    {
      what: 'of a former generation',
      make: () => signAdmission(changed({ generation: 1 }), caKey),
      says: 'generation 1; this one is cmmmmmmmmmmmm, generation 2',
    },
    {
      what: 'of a generation to come',
      make: () => signAdmission(changed({ generation: 3 }), caKey),
      says: 'generation 3',
    },
    {
      what: 'a tombstone in the form of a record',
      make: () => ({ record, signature: removed.signature }),
      says: 'signature',
    },
  ])('$what', ({ make, says }) => {
    const verified = verifyAdmission(make(), against);
    expect(verified).toMatchObject({ ok: false });
    expect(verified.ok ? '' : verified.why).toContain(says);
  });

  test('of a removed node, and says since when', () => {
    const verified = verifyAdmission(signed, { ...against, tombstones: { [record.nodeId]: removed } });
    expect(verified).toEqual({
      ok: false,
      why: `${record.nodeId} was removed at ${tombstone.at}, and the record is of ${record.issuedAt}`,
    });
  });

  test('changed in any bit of its signature', () => {
    const bytes = Buffer.from(signed.signature, 'base64url');
    assert(
      property(integer({ min: 0, max: bytes.length * 8 - 1 }), (bit) => {
        const other = Buffer.from(bytes);
        other[bit >> 3] = (other[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        expect(verifyAdmission({ record, signature: other.toString('base64url') }, against).ok).toBe(false);
      }),
      { numRuns: 60 },
    );
  });

  test('changed in any of its fields', () => {
    const fields = Object.keys(record) as (keyof AdmissionRecord)[];
    assert(
      property(constantFrom(...fields), integer({ min: 0, max: 40 }), (field, at) => {
        const value = String(record[field]);
        const place = at % value.length;
        const other = `${value.slice(0, place)}${value[place] === '3' ? '4' : '3'}${value.slice(place + 1)}`;
        const altered = { ...record, [field]: typeof record[field] === 'number' ? Number(other) : other };
        expect(verifyAdmission({ ...signed, record: altered }, against).ok).toBe(false);
      }),
      { numRuns: 60 },
    );
  });
});

test('a node that was let in again is in, its records from before are not', () => {
  const again = signAdmission(changed({ issuedAt: '2026-01-01T13:00:00.001Z' }), caKey);
  const tombstones = { [record.nodeId]: removed };
  expect(verifyAdmission(again, { ...against, tombstones }).ok).toBe(true);
  expect(verifyAdmission(signed, { ...against, tombstones }).ok).toBe(false);
});

test('the removal of another node is nothing to this one', () => {
  const other = signTombstone({ ...tombstone, nodeId: stranger.nodeId }, caKey);
  expect(verifyAdmission(signed, { ...against, tombstones: { [stranger.nodeId]: other } }).ok).toBe(true);
});

describe('a tombstone is refused that is', () => {
  test.each<{ what: string; make: () => unknown; says: string }>([
    { what: 'none', make: () => ({}), says: 'no tombstone' },
    { what: 'signed by another', make: () => signTombstone(tombstone, otherKey), says: 'signature' },
    {
      what: 'signed by the node itself',
      make: () => ({
        tombstone,
        signature: sign(null, Buffer.from(tombstoneText(tombstone)), identity.privateKeyPem).toString(
          'base64url',
        ),
      }),
      says: 'signature',
    },
    {
      what: 'turned against another node',
      make: () => ({ ...removed, tombstone: { ...tombstone, nodeId: stranger.nodeId } }),
      says: 'signature',
    },
    {
      what: 'of another cluster',
      make: () => signTombstone({ ...tombstone, clusterId: 'cnnnnnnnnnnnn' }, caKey),
      says: 'cnnnnnnnnnnnn',
    },
    {
      what: 'of a generation to come',
      make: () => signTombstone({ ...tombstone, generation: 3 }, caKey),
      says: 'generation 3',
    },
  ])('$what', ({ make, says }) => {
    const verified = verifyTombstone(make(), against);
    expect(verified.ok ? '' : verified.why).toContain(says);
  });

  test('but not one of a former generation', () => {
    expect(verifyTombstone(signTombstone({ ...tombstone, generation: 1 }, caKey), against).ok).toBe(true);
  });
});
