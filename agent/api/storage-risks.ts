import type { NodeId } from '../../roles/model/node.ts';
import { paths } from '../../roles/model/paths.ts';
import { copies, holdersOf, type StorageView } from '../../roles/model/storage.ts';
import { type NodeView, nameOf, type View } from '../../roles/model/view.ts';
import { withoutNfs } from '../../roles/storage/nfs.ts';
import { storageSettingsOf } from '../../roles/storage/settings.ts';
import type { Risk } from './contract.ts';

/** What could happen to the common files, worst first. */
export function storageRisks(view: View): Risk[] {
  const { storage } = view;
  if (storage === undefined) return [];
  const members = view.nodes.filter(({ verdict }) => verdict !== 'left' && verdict !== 'dead');
  const bricks = storage.bricks.map((id) => nodeOf(view, id));
  return [
    ...silent(view, members),
    ...away(view, storage),
    ...noNfs(view, storage),
    ...(members.length > 1 ? [...apart(storage), ...oneCopy(view, storage)] : []),
    ...behind(bricks),
    ...disk(bricks),
  ];
}

function silent(view: View, members: readonly NodeView[]): Risk[] {
  const names = namesOf(members.filter(({ facts }) => facts?.details?.web?.['shared'] === 'silent'));
  if (names === '') return [];
  const sentence = `The common files do not answer on ${names}: pages go on, uploads fail there.`;
  return [{ code: 'storage-silent', sentence, next: whereToLook(view) }];
}

function whereToLook(view: View): string {
  const { driver, keeper = '' } = view.storage ?? {};
  if (driver === 'nfs') return `systemctl status nfs-server, on ${nameOf(view, keeper)}`;
  if (driver === 'gluster') return 'systemctl status muster-shared glusterd, on the nodes named';
  return `findmnt ${paths.shared}, on the nodes named`;
}

/** The others go on without one of three; not without two, or the only one. */
function away(view: View, storage: StorageView): Risk[] {
  const holders = holdersOf(storage);
  const gone = holders.filter((id) => isAway(nodeOf(view, id)));
  if (gone.length === 0) return [];
  const names = gone.map((id) => nameOf(view, id)).join(', ');
  if (holders.length < copies) {
    const sentence = `The only copy of the common files is on ${names}, which is away: pages go on, uploads fail.`;
    return [
      { code: 'files-away', sentence, next: `power ${names} on, or start another machine from its disk` },
    ];
  }
  const sentence = `The copies of the common files on ${names} are away: files are there as long as two of three are.`;
  return [
    { code: 'copies-away', sentence, next: 'start it again, or join a machine, which takes its copies over' },
  ];
}

function isAway(node: NodeView | undefined): boolean {
  return node === undefined || node.verdict === 'unreachable' || node.verdict === 'dead';
}

/** NFS was asked for, and is not to be had; or a web server came that cannot use it. */
function noNfs(view: View, { driver, keeper }: StorageView): Risk[] {
  const wished = storageSettingsOf(view).driver === 'nfs';
  if (keeper === undefined || (driver !== 'nfs' && !(driver === 'local' && wished))) return [];
  const names = namesOf(withoutNfs(view, keeper));
  if (names === '') return [];
  const sentence =
    driver === 'nfs'
      ? `The common files are served by NFS, which the kernel of ${names} cannot do: no requests go there.`
      : `storage.driver is nfs, which the kernel of ${names} cannot do: the files stay where they are.`;
  return [{ code: 'no-nfs', sentence, next: 'muster settings set storage.driver=auto' }];
}

function apart({ driver }: StorageView): Risk[] {
  if (driver !== 'local') return [];
  const sentence = 'Every web node keeps files of its own: what is uploaded to one is not on the others.';
  return [{ code: 'files-not-shared', sentence, next: 'muster settings set storage.driver=auto' }];
}

function oneCopy(view: View, storage: StorageView): Risk[] {
  const [only, ...more] = holdersOf(storage);
  if (storage.driver === 'local' || only === undefined || more.length > 0) return [];
  if (isAway(nodeOf(view, only))) return [];
  const name = nameOf(view, only);
  const sentence = `The common files have one copy, on ${name}: without it uploads fail, and are lost if its disk is.`;
  const join = 'join machines until three carry storage: every file then gets three copies by itself';
  const next = storage.driver === 'nfs' ? `muster settings set storage.driver=auto; ${join}` : join;
  return [{ code: 'one-copy', sentence, next }];
}

function behind(holders: readonly (NodeView | undefined)[]): Risk[] {
  const names = namesOf(holders.filter((node) => node?.facts?.details?.storage?.['backlog'] === 'some'));
  if (names === '') return [];
  const sentence = `Changes on ${names} are not in every copy of the common files yet; they are brought there.`;
  return [{ code: 'copies-behind', sentence, next: 'gluster volume heal muster info summary' }];
}

/** GlusterFS is made for it: others keep fewer attributes beside a file, and are slower. */
function disk(holders: readonly (NodeView | undefined)[]): Risk[] {
  const odd = holders.filter((node) => {
    const kind = node?.facts?.details?.storage?.['disk'];
    return kind !== undefined && kind !== 'xfs';
  });
  if (odd.length === 0) return [];
  const sentence = `The common files on ${namesOf(odd)} are not on XFS, for which GlusterFS is made.`;
  return [
    {
      code: 'storage-not-xfs',
      sentence,
      next: 'a disk of its own with XFS, mounted at /srv, before the node holds files',
    },
  ];
}

function nodeOf(view: View, id: NodeId): NodeView | undefined {
  return view.nodes.find(({ record }) => record.id === id);
}

function namesOf(nodes: readonly (NodeView | undefined)[]): string {
  return nodes.flatMap((node) => (node === undefined ? [] : [node.record.name])).join(', ');
}
