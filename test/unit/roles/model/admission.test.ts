import { describe, expect, test } from 'vitest';
import {
  type AdmissionRecord,
  AdmissionRecord as AdmissionSchema,
  admissionText,
  endsRecord,
  type Tombstone,
  tombstoneText,
} from '../../../../roles/model/admission.ts';

const record: AdmissionRecord = {
  clusterId: 'caaaaaaaaaaaa',
  generation: 2,
  nodeId: 'nbbbbbbbbbbbb',
  gossipKey: 'A'.repeat(43),
  datagramKey: 'B'.repeat(42).concat('A'),
  name: 'b2',
  ordinal: 2,
  issuedAt: '2026-01-01T12:00:00.000Z',
};
const tombstone: Tombstone = {
  clusterId: record.clusterId,
  generation: 2,
  nodeId: record.nodeId,
  at: '2026-01-01T13:00:00.000Z',
};

test('the text of a record is the same in whatever order it was written', () => {
  const other = Object.fromEntries(Object.entries(record).toReversed()) as AdmissionRecord;
  expect(admissionText(other)).toBe(admissionText(record));
  expect(admissionText(record)).toBe(
    `muster admission 1\n{"clusterId":"caaaaaaaaaaaa","generation":2,"nodeId":"nbbbbbbbbbbbb",` +
      `"gossipKey":"${record.gossipKey}","datagramKey":"${record.datagramKey}","name":"b2","ordinal":2,` +
      `"issuedAt":"2026-01-01T12:00:00.000Z"}`,
  );
});

test('no text of a tombstone is ever the text of a record', () => {
  expect(tombstoneText(tombstone).split('\n')[0]).toBe('muster tombstone 1');
});

describe('a record is', () => {
  test.each([
    { what: 'of a key in another spelling of the same bytes', part: { gossipKey: `${'A'.repeat(42)}B` } },
    { what: 'of a key that is too short', part: { datagramKey: 'A'.repeat(42) } },
    { what: 'of a cluster that is none', part: { clusterId: 'shop' } },
    { what: 'of generation 0', part: { generation: 0 } },
    { what: 'with more than belongs in it', part: { voter: true } },
    { what: 'of no moment', part: { issuedAt: 'yesterday' } },
  ])('refused $what', ({ part }) => {
    expect(AdmissionSchema.safeParse(record).success).toBe(true);
    expect(AdmissionSchema.safeParse({ ...record, ...part }).success).toBe(false);
  });
});

describe('a tombstone', () => {
  test.each([
    { what: 'ends an older record', part: {}, ends: true },
    { what: 'ends a record of the same moment', part: { at: record.issuedAt }, ends: true },
    { what: 'does not end a newer record', part: { at: '2026-01-01T11:59:59.999Z' }, ends: false },
    {
      what: 'ends any record of a former generation',
      part: { generation: 3, at: '2025-01-01T00:00:00.000Z' },
      ends: true,
    },
    { what: 'does not end a record of a later generation', part: { generation: 1 }, ends: false },
    { what: 'does not end the record of another node', part: { nodeId: 'ncccccccccccc' }, ends: false },
    { what: 'does not end a record of another cluster', part: { clusterId: 'cdddddddddddd' }, ends: false },
    // Times are compared, not their spelling: ".9Z" sorts before ".000Z" nowhere but in text.
    { what: 'reads times, not texts', part: { at: '2026-01-01T12:00:00Z' }, ends: true },
  ])('$what', ({ part, ends }) => {
    expect(endsRecord({ ...tombstone, ...part }, record)).toBe(ends);
  });
});
