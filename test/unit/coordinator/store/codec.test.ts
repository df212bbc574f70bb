import { describe, expect, test } from 'vitest';
import { decode, encode } from '../../../../coordinator/store/codec.ts';
import {
  admissionsKey,
  assignmentKey,
  leaderKey,
  nodeKey,
  secretKey,
  settingsKey,
  tokenKey,
  tombstoneKey,
  wishKey,
} from '../../../../coordinator/store/keys.ts';
import { seedSnapshot } from '../../../../coordinator/store/seed.ts';
import type { Snapshot } from '../../../../roles/model/ports.ts';
import { nodeView } from '../../../support/sample-views.ts';

const [first, second] = [nodeView(1).record, nodeView(2).record];
const assignments = { [first.id]: { roles: ['web' as const], why: { web: 'it has the memory' } } };
const set = {
  settings: { cluster: { name: 'shop' } },
  cluster: { id: 'c1', generation: 2 },
  nodes: [second, first],
  assignments,
};
const noMore = {
  databases: [],
  tombstones: {},
  tokens: {},
  wishes: {},
  secrets: {},
  secretRevisions: {},
  applications: {},
  deaths: {},
  certificates: {},
  orders: {},
};
const token = {
  id: 'taaaaaaaaaaaa',
  secretHash: '0'.repeat(64),
  createdAt: '2026-01-01T00:00:00.000Z',
  expiresAt: '2026-01-01T01:00:00.000Z',
  usesLeft: 10,
  revoked: false,
  admitted: [first.id],
};
const tombstone = {
  tombstone: {
    clusterId: 'caaaaaaaaaaaa',
    generation: 1,
    nodeId: second.id,
    at: '2026-01-01T00:00:00.000Z',
  },
  signature: 'A'.repeat(86),
};
const key = 'A'.repeat(43);
const snapshot = (values: Readonly<Record<string, string>>): Snapshot => ({
  revision: 9,
  entries: Object.fromEntries(Object.entries(values).map(([key, value]) => [key, { value, modRevision: 4 }])),
});

test('what is encoded is decoded, nodes in order of their ordinals', () => {
  expect(decode(snapshot(encode(set)))).toEqual({
    ...set,
    nodes: [first, second],
    ...noMore,
    revision: 9,
    settingsRevision: 4,
    malformed: [],
  });
});

test('an empty store has no settings and nobody in it', () => {
  expect(decode({ revision: 1, entries: {} })).toEqual({
    revision: 1,
    settings: undefined,
    settingsRevision: 0,
    nodes: [],
    assignments: {},
    ...noMore,
    malformed: [],
  });
});

test('a seed is at revision 0, all of it', () => {
  const seed = seedSnapshot(set);
  expect(decode(seed)).toMatchObject({ revision: 0, settingsRevision: 0, nodes: [first, second] });
});

test('who was removed, tokens, wishes and sealed secrets are known', () => {
  const wish = { set: ['web' as const], forbid: ['balancer' as const] };
  const sealed = { [first.id]: { to: key, ephemeralKey: key, box: 'AAAA' } };
  const values = {
    [tombstoneKey(second.id)]: JSON.stringify(tombstone),
    [tokenKey(token.id)]: JSON.stringify(token),
    [wishKey(first.id)]: JSON.stringify(wish),
    [secretKey('authority')]: JSON.stringify(sealed),
    [admissionsKey]: '{"last":"naaaaaaaaaaaa"}',
  };
  expect(decode(snapshot(values))).toMatchObject({
    tombstones: { [second.id]: tombstone },
    tokens: { [token.id]: token },
    wishes: { [first.id]: wish },
    secrets: { authority: sealed },
    malformed: [],
  });
});

test('the leader is known, and keys of a newer version are left alone', () => {
  const values = { [leaderKey]: `{"node":"${first.id}"}`, '/muster/weather': 'fine' };
  expect(decode(snapshot(values))).toMatchObject({ leader: { node: first.id }, malformed: [] });
});

describe('a malformed value is named, and the others count', () => {
  test.each([
    { what: 'no JSON', key: settingsKey, value: '{' },
    { what: 'a node without an address', key: nodeKey(second.id), value: `{"id":"${second.id}"}` },
    { what: 'a node under the key of another', key: nodeKey(second.id), value: JSON.stringify(first) },
    { what: 'an unknown role', key: assignmentKey(second.id), value: '{"roles":["chef"],"why":{}}' },
    {
      what: 'an assignment to what is no node',
      key: '/muster/assignments/x',
      value: '{"roles":[],"why":{}}',
    },
    {
      what: 'a tombstone under the key of another',
      key: tombstoneKey(first.id),
      value: JSON.stringify(tombstone),
    },
    { what: 'a token under the key of another', key: tokenKey('tother'), value: JSON.stringify(token) },
    { what: 'a wish against itself', key: wishKey(first.id), value: '{"set":["web"],"forbid":["web"]}' },
    { what: 'a sealed secret of another shape', key: secretKey('authority'), value: '{"b1":"x"}' },
    { what: 'a leader of another shape', key: leaderKey, value: '"b1"' },
    { what: 'a cluster of generation 0', key: '/muster/cluster', value: '{"id":"c1","generation":0}' },
  ])('$what', ({ key, value }) => {
    const decoded = decode(snapshot({ [key]: value, ...encode({ nodes: [first] }) }));
    expect(decoded.nodes).toEqual([first]);
    expect(decoded.malformed.map((one) => one.key)).toEqual([key]);
    expect(decoded.malformed[0]?.why).not.toBe('');
  });
});
