import { describe, expect, it } from 'vitest';
import { storageRisks } from '../../../../agent/api/storage-risks.ts';
import type { Facts } from '../../../../roles/model/facts.ts';
import type { StorageView } from '../../../../roles/model/storage.ts';
import type { NodeView, View } from '../../../../roles/model/view.ts';
import { nodeOf, recordOf, viewOf } from '../../../support/sketches.ts';

const ids = (...ordinals: readonly number[]): string[] => ordinals.map((ordinal) => recordOf(ordinal).id);
const common = { since: '2026-01-01T00:00:00.000Z', epoch: 1 };
const local: StorageView = { ...common, driver: 'local', keeper: recordOf(1).id, bricks: [] };
const nfs: StorageView = { ...local, driver: 'nfs' };
const volume = (...bricks: readonly number[]): StorageView => {
  return { ...common, driver: 'gluster', keeper: recordOf(1).id, bricks: ids(...bricks) };
};

function node(
  ordinal: number,
  details: Facts['details'] = {},
  verdict: NodeView['verdict'] = 'alive',
): NodeView {
  const made = nodeOf({ ordinal, verdict, roles: ['web', 'storage'] });
  return made.facts === undefined ? made : { ...made, facts: { ...made.facts, details } };
}

const codes = (storage: StorageView | undefined, ...nodes: readonly NodeView[]): string[] => {
  const view: View = { ...viewOf({ ordinal: 1 }), nodes, ...(storage === undefined ? {} : { storage }) };
  return storageRisks(view).map(({ code }) => code);
};

describe('what could happen to the common files', () => {
  it.each([
    { what: 'nothing decided', is: codes(undefined, node(1)), risks: [] },
    { what: 'a folder on the only node', is: codes(local, node(1)), risks: [] },
    { what: 'folders on two', is: codes(local, node(1), node(2)), risks: ['files-not-shared'] },
    { what: 'one copy among two', is: codes(volume(1), node(1), node(2)), risks: ['one-copy'] },
    {
      what: 'the only copy away',
      is: codes(volume(1), node(1, {}, 'unreachable'), node(2)),
      risks: ['files-away'],
    },
    {
      what: 'one copy by NFS, which the kernels cannot do',
      is: codes(nfs, node(1), node(2)),
      risks: ['no-nfs', 'one-copy'],
    },
    { what: 'three whole ones', is: codes(volume(1, 2, 3), node(1), node(2), node(3)), risks: [] },
    {
      what: 'one of three away, which misses changes',
      is: codes(
        volume(1, 2, 3),
        node(1, { storage: { backlog: 'some' } }),
        node(2),
        node(3, {}, 'unreachable'),
      ),
      risks: ['copies-away', 'copies-behind'],
    },
    {
      what: 'silent on a web node, and no XFS',
      is: codes(
        volume(1, 2, 3),
        node(1, { storage: { disk: 'ext4' } }),
        node(2, { web: { shared: 'silent' } }),
        node(3),
      ),
      risks: ['storage-silent', 'storage-not-xfs'],
    },
  ])('$what', ({ is, risks }) => expect(is).toEqual(risks));
});

it.each([
  { storage: nfs, next: 'systemctl status nfs-server, on b1' },
  { storage: volume(1), next: 'systemctl status muster-shared glusterd, on the nodes named' },
  { storage: local, next: 'findmnt /var/lib/muster/shared, on the nodes named' },
])('where files that do not answer are looked for: $next', ({ storage, next }) => {
  const view: View = { ...viewOf({ ordinal: 1 }), nodes: [node(1, { web: { shared: 'silent' } })], storage };
  expect(storageRisks(view).find(({ code }) => code === 'storage-silent')?.next).toBe(next);
});
