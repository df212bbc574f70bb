import { expect, it } from 'vitest';
import { tidy } from '../../../../coordinator/brain/tidy.ts';
import { encode } from '../../../../coordinator/store/codec.ts';
import { tombstoneKey } from '../../../../coordinator/store/keys.ts';
import type { SignedAdmission, SignedTombstone } from '../../../../roles/model/admission.ts';
import type { Snapshot } from '../../../../roles/model/ports.ts';
import { recordOf } from '../../../support/sketches.ts';

const clusterId = 'caaaaaaaaaaaa';
const signature = Buffer.alloc(64).toString('base64url');
const key = Buffer.alloc(32).toString('base64url');
const { id, name, ordinal, address } = recordOf(1);

function admission(issuedAt: string): SignedAdmission {
  const keys = { gossipKey: key, datagramKey: key };
  return { record: { clusterId, generation: 1, nodeId: id, ...keys, name, ordinal, issuedAt }, signature };
}

/** The node's record, its admission of `issuedAt`, beside a tombstone of `at`. */
function decided(issuedAt: string, at: string): Snapshot {
  const tombstone: SignedTombstone = {
    tombstone: { clusterId, generation: 1, nodeId: id, at },
    signature,
  };
  const values = {
    ...encode({ nodes: [{ id, name, ordinal, address, admission: admission(issuedAt) }] }),
    [tombstoneKey(id)]: JSON.stringify(tombstone),
  };
  const entries = Object.entries(values).map(([path, value]) => [path, { value, modRevision: 5 }] as const);
  return { revision: 5, entries: Object.fromEntries(entries) };
}

it.each([
  [
    'a node that was admitted anew after its removal stays',
    '2026-01-02T00:00:00Z',
    '2026-01-01T00:00:00Z',
    0,
  ],
  ['a record from before the removal goes', '2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z', 1],
])('%s', (_, issuedAt, at, changes) => {
  expect(tidy(decided(issuedAt, at))).toHaveLength(changes);
});
