import { mountSeen } from '../model/mount.ts';
import type { Observed } from '../model/observed.ts';
import { paths } from '../model/paths.ts';
import type { CommandStep } from '../model/step.ts';
import { nfsSourceOf } from '../model/storage.ts';
import type { View } from '../model/view.ts';
import { makePoint, sharedCommand } from './shared-commands.ts';

/** What mounts NFS. */
export const nfsClientPackages = ['nfs-common'];

/** Whether this node has the common files by NFS from another. */
export function mountsNfs({ storage, self }: View): boolean {
  return storage?.driver === 'nfs' && storage.keeper !== self;
}

/**
 * A page must not wait for ever for a server without power (nfs(5)): `softerr` gives up after 5 s and one more try, and
 * with `sync` a write that was not kept is told to who writes, not to a close(2) that nobody looks at. What another node
 * made is seen at once, what it changed after 3 s at the latest.
 */
const options = [
  'vers=4.2',
  'softerr',
  'timeo=50',
  'retrans=1',
  'retry=0',
  'sync',
  'noatime',
  'nosuid',
  'nodev',
  'lookupcache=positive',
  'actimeo=3',
].join(',');

/**
 * From the node that keeps the files, once it serves; over the folder of this node's own that may be mounted there. A
 * mount stays with the address at which it found its server: where that has another now, it goes.
 */
export function mountNfs(view: View, observed: Observed): CommandStep[] {
  const keeper = view.nodes.find(({ record }) => record.id === view.storage?.keeper);
  if (keeper?.verdict !== 'alive' || keeper.facts?.details?.storage?.['nfs'] !== 'serves') return [];
  const seen = mountSeen(observed.answers['shared']);
  const source = nfsSourceOf(keeper.record.id);
  const mount = sharedCommand('mount', 'mount', '-t', 'nfs4', '-o', options, source, paths.shared);
  if (!('type' in seen)) return seen.state === 'absent' ? [makePoint(), mount] : [];
  if (seen.type !== 'nfs4') return [mount];
  if (seen.source === source && seen.server === keeper.record.address) return [];
  return [sharedCommand('leave', 'umount', '--lazy', paths.shared), mount];
}
