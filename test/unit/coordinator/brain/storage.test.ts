import { describe, expect, it } from 'vitest';
import { keepStorage } from '../../../../coordinator/brain/storage.ts';
import { storageKey, wishKey } from '../../../../coordinator/store/keys.ts';
import type { Details } from '../../../../roles/model/facts.ts';
import type { Hardware } from '../../../../roles/model/hardware.ts';
import type { Snapshot } from '../../../../roles/model/ports.ts';
import { StorageDecision, type StorageView } from '../../../../roles/model/storage.ts';
import type { NodeView, View } from '../../../../roles/model/view.ts';
import { rowOf } from '../../../../roles/storage/volume.ts';
import { type NodeSketch, nodeOf, recordOf, viewOf } from '../../../support/sketches.ts';

const at = '2026-01-01T00:00:00.000Z';
const now = new Date(at);
const ids = (...ordinals: readonly number[]): string[] => ordinals.map((ordinal) => recordOf(ordinal).id);
const [b1 = ''] = ids(1);

/** What a node says of its storage. */
function node(ordinal: number, said: Details = {}, more: Partial<NodeSketch> = {}): NodeView {
  const made = nodeOf({ roles: ['web', 'storage'], ...more, ordinal });
  if (made.facts === undefined) return made;
  return { ...made, facts: { ...made.facts, details: { storage: said } } };
}

const free: Details = { glusterd: 'runs', part: 'free' };
const holding = (...bricks: readonly number[]): Details => {
  return {
    glusterd: 'runs',
    part: 'held',
    row: rowOf(ids(...bricks)),
    backlog: 'none',
    volume: 'started',
    adopted: 'yes',
  };
};
const local: StorageView = { driver: 'local', keeper: b1, bricks: [], since: at, epoch: 3 };
const nfs: StorageView = { ...local, driver: 'nfs' };
const [both, mounts] = [
  { serves: true, mounts: true },
  { serves: false, mounts: true },
];

function kernel(seen: NodeView, can: Hardware['nfs']): NodeView {
  if (seen.facts === undefined) return seen;
  return { ...seen, facts: { ...seen.facts, hardware: { ...seen.facts.hardware, nfs: can } } };
}

const volume = (...bricks: readonly number[]): StorageView => {
  return { driver: 'gluster', keeper: b1, bricks: ids(...bricks), since: at, epoch: 3 };
};

function view(nodes: readonly NodeView[], storage?: StorageView, settings?: unknown): View {
  const known = storage === undefined ? {} : { storage };
  return {
    ...viewOf({ ordinal: 1 }),
    nodes,
    ...known,
    settings: settings === undefined ? {} : { storage: settings },
  };
}

interface Decided {
  readonly driver: string;
  readonly bricks: readonly string[];
  readonly keeper?: string | undefined;
}

/** The names of who holds what after the decision; undefined where nothing is decided anew. */
function decided(seen: View, forbidden: readonly number[] = []): Decided | undefined {
  const entries = forbidden.map((ordinal) => [
    wishKey(recordOf(ordinal).id),
    { value: JSON.stringify({ forbid: ['storage'] }), modRevision: 2 },
  ]);
  const snapshot: Snapshot = { revision: 7, entries: Object.fromEntries(entries) };
  const [change] = keepStorage(seen, snapshot, now);
  if (change === undefined) return undefined;
  const decision = StorageDecision.parse(JSON.parse(change.transaction.put?.[storageKey] ?? ''));
  const nameOf = (id: string): string => `b${id.charCodeAt(1) - 'a'.charCodeAt(0) + 1}`;
  return {
    driver: decision.driver,
    bricks: decision.bricks.map(nameOf),
    keeper: decision.keeper === undefined ? undefined : nameOf(decision.keeper),
  };
}

describe('where the common files are kept', () => {
  const alone = [node(1)];
  const two = [node(1), node(2)];
  const cases: readonly { what: string; seen: View; becomes: Decided | undefined }[] = [
    { what: 'on the only node', seen: view(alone), becomes: { driver: 'local', bricks: [], keeper: 'b1' } },
    { what: 'there still', seen: view(alone, local), becomes: undefined },
    {
      what: 'nowhere while nobody carries storage',
      seen: view([node(1, {}, { roles: ['web'] })]),
      becomes: undefined,
    },
    {
      what: 'in a volume over its folder from the second node on',
      seen: view(two, local),
      becomes: { driver: 'gluster', bricks: ['b1'], keeper: 'b1' },
    },
    {
      what: 'in the folder while the operator wants that',
      seen: view(two, local, { driver: 'local' }),
      becomes: undefined,
    },
    {
      what: 'in a volume on the only node, if the operator wants that',
      seen: view(alone, local, { driver: 'gluster' }),
      becomes: { driver: 'gluster', bricks: ['b1'], keeper: 'b1' },
    },
    {
      what: 'served by NFS, if the operator wants that and the kernels can',
      seen: view([kernel(node(1), both), kernel(node(2), mounts)], local, { driver: 'nfs' }),
      becomes: { driver: 'nfs', bricks: [], keeper: 'b1' },
    },
    {
      what: 'in the folder while the kernel that is to serve it cannot',
      seen: view([kernel(node(1), mounts), kernel(node(2), both)], local, { driver: 'nfs' }),
      becomes: undefined,
    },
    {
      what: 'in the folder while a web server could not mount it',
      seen: view([kernel(node(1), both), node(2)], local, { driver: 'nfs' }),
      becomes: undefined,
    },
    {
      what: 'served on while its node is away, and one came that cannot mount it',
      seen: view([kernel(node(1, {}, { verdict: 'unreachable' }), both), node(2)], nfs, { driver: 'nfs' }),
      becomes: undefined,
    },
    {
      what: 'served while the operator wants that, however many there are',
      seen: view(
        [1, 2, 3].map((ordinal) => kernel(node(ordinal), both)),
        nfs,
        { driver: 'nfs' },
      ),
      becomes: undefined,
    },
    {
      what: 'in a volume over the folder that was served, once nobody wants NFS any more',
      seen: view([kernel(node(1), both), kernel(node(2), mounts)], nfs),
      becomes: { driver: 'gluster', bricks: ['b1'], keeper: 'b1' },
    },
    {
      what: 'elsewhere, if the operator says where',
      seen: view(alone, local, { driver: 'external', external: { type: 'nfs4', source: 'nas:/files' } }),
      becomes: { driver: 'external', bricks: [], keeper: undefined },
    },
    {
      what: 'not elsewhere while the operator does not say where',
      seen: view(alone, local, { driver: 'external', external: null }),
      becomes: undefined,
    },
    {
      what: 'in the folder while the node that has it is away',
      seen: view([node(1, {}, { verdict: 'unreachable' }), node(2)], local),
      becomes: undefined,
    },
  ];
  it.each(cases)('$what', ({ seen, becomes }) => expect(decided(seen)).toEqual(becomes));
});

describe('who holds the volume', () => {
  const one = holding(1);
  const three = holding(1, 2, 3);
  const whole = [node(1, three), node(2, three), node(3, three)];
  const behind: Details = { ...three, backlog: 'some' };
  const holds = (...bricks: readonly string[]): Decided => ({ driver: 'gluster', bricks, keeper: 'b1' });
  const cases: readonly {
    what: string;
    seen: View;
    forbidden?: readonly number[];
    becomes: Decided | undefined;
  }[] = [
    {
      what: 'two nodes: never two copies',
      seen: view([node(1, one), node(2, free)], volume(1)),
      becomes: undefined,
    },
    {
      what: 'three nodes: three copies',
      seen: view([node(1, one), node(2, free), node(3, free)], volume(1)),
      becomes: holds('b1', 'b2', 'b3'),
    },
    {
      what: 'not before the volume knows what lay there before',
      seen: view([node(1, { ...one, adopted: 'no' }), node(2, free), node(3, free)], volume(1)),
      becomes: undefined,
    },
    {
      what: 'not on a node where something else lies',
      seen: view([node(1, one), node(2, free), node(3, { ...free, part: 'occupied' })], volume(1)),
      becomes: undefined,
    },
    { what: 'three stay three', seen: view([...whole, node(4, free)], volume(1, 2, 3)), becomes: undefined },
    {
      what: 'three more add space',
      seen: view([...whole, node(4, free), node(5, free), node(6, free)], volume(1, 2, 3)),
      becomes: holds('b1', 'b2', 'b3', 'b4', 'b5', 'b6'),
    },
    {
      what: 'a node that is not to carry it gives its copies to a free one',
      seen: view([...whole, node(4, free)], volume(1, 2, 3)),
      forbidden: [2],
      becomes: holds('b1', 'b4', 'b3'),
    },
    {
      what: 'and keeps them while there is none',
      seen: view(whole, volume(1, 2, 3)),
      forbidden: [2],
      becomes: undefined,
    },
    {
      what: 'and while a copy misses something',
      seen: view([node(1, behind), node(2, three), node(3, three), node(4, free)], volume(1, 2, 3)),
      forbidden: [2],
      becomes: undefined,
    },
    {
      what: 'a dead one is replaced though the others have something for it',
      seen: view(
        [node(1, behind), node(2, behind), node(3, three, { verdict: 'dead' }), node(4, free)],
        volume(1, 2, 3),
      ),
      becomes: holds('b1', 'b2', 'b4'),
    },
    {
      what: 'an unreachable one may come back',
      seen: view(
        [node(1, behind), node(2, behind), node(3, three, { verdict: 'unreachable' }), node(4, free)],
        volume(1, 2, 3),
      ),
      becomes: undefined,
    },
    {
      what: 'two dead ones: what is left is not touched',
      seen: view(
        [
          node(1, behind),
          node(2, three, { verdict: 'dead' }),
          node(3, three, { verdict: 'dead' }),
          node(4, free),
        ],
        volume(1, 2, 3),
      ),
      becomes: undefined,
    },
    {
      what: 'the only copy goes nowhere by itself',
      seen: view([node(1, one), node(2, free)], volume(1)),
      forbidden: [1],
      becomes: undefined,
    },
    {
      what: 'the keeper is gone: the next holder sees to it',
      seen: view(
        [node(1, three, { verdict: 'unreachable' }), node(2, three), node(3, three)],
        volume(1, 2, 3),
      ),
      becomes: { driver: 'gluster', bricks: ['b1', 'b2', 'b3'], keeper: 'b2' },
    },
    {
      what: 'one change at a time: not before the last one is carried out',
      seen: view([node(1, one), ...[2, 3, 4, 5, 6].map((ordinal) => node(ordinal, free))], volume(1, 2, 3)),
      becomes: undefined,
    },
  ];
  it.each(cases)('$what', ({ seen, forbidden, becomes }) =>
    expect(decided(seen, forbidden)).toEqual(becomes),
  );

  it('says what is decided, and names the revision of what it replaces', () => {
    const entries = { [storageKey]: { value: JSON.stringify(volume(1)), modRevision: 5 } };
    const seen = view([node(1, one), node(2, free), node(3, free)], volume(1));
    expect(keepStorage(seen, { revision: 7, entries }, now)).toMatchObject([
      {
        transaction: { conditions: [{ key: storageKey, modRevision: 5 }] },
        sentences: ['every file gets three copies: b2 and b3 hold some too'],
      },
    ]);
  });
});
