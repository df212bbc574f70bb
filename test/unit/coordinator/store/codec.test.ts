import { describe, expect, test } from 'vitest';
import { decode, encode } from '../../../../coordinator/store/codec.ts';
import { assignmentKey, leaderKey, nodeKey, settingsKey } from '../../../../coordinator/store/keys.ts';
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
const snapshot = (values: Readonly<Record<string, string>>): Snapshot => ({
  revision: 9,
  entries: Object.fromEntries(Object.entries(values).map(([key, value]) => [key, { value, modRevision: 4 }])),
});

test('what is encoded is decoded, nodes in order of their ordinals', () => {
  expect(decode(snapshot(encode(set)))).toEqual({
    ...set,
    nodes: [first, second],
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
    malformed: [],
  });
});

test('a seed is at revision 0, all of it', () => {
  const seed = seedSnapshot(set);
  expect(decode(seed)).toMatchObject({ revision: 0, settingsRevision: 0, nodes: [first, second] });
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
    { what: 'a leader of another shape', key: leaderKey, value: '"b1"' },
    { what: 'a cluster of generation 0', key: '/muster/cluster', value: '{"id":"c1","generation":0}' },
  ])('$what', ({ key, value }) => {
    const decoded = decode(snapshot({ [key]: value, ...encode({ nodes: [first] }) }));
    expect(decoded.nodes).toEqual([first]);
    expect(decoded.malformed.map((one) => one.key)).toEqual([key]);
    expect(decoded.malformed[0]?.why).not.toBe('');
  });
});
