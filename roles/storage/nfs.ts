import { ensureFiles, ensureOff, ensurePackages, ensureService } from '../model/ensure.ts';
import type { NodeId } from '../model/node.ts';
import type { Observed } from '../model/observed.ts';
import type { ServiceSpec } from '../model/service.ts';
import { servicesHealth } from '../model/service-health.ts';
import type { FileSpec, Step } from '../model/step.ts';
import { filesPath } from '../model/storage.ts';
import { lines, ownedBy } from '../model/text.ts';
import { carriesOrEnds, type NodeView, type View } from '../model/view.ts';

export const nfsPackages = ['nfs-kernel-server'];

/** The server is in the kernel: the unit switches it on and is over. No node without systemd serves. */
export const nfsServer: ServiceSpec = {
  unit: 'nfs-server.service',
  label: 'the NFS server',
  foreground: ['/usr/sbin/rpc.nfsd'],
  stopSignal: 'SIGTERM',
};

/** Whether this node serves the files by NFS. */
export function servesNfs({ storage, self }: View): boolean {
  return storage?.driver === 'nfs' && storage.keeper === self;
}

/** The nodes by which NFS fails: a keeper whose kernel does not serve it, web servers whose kernels do not mount it. */
export function withoutNfs(view: View, keeper: NodeId): readonly NodeView[] {
  return view.nodes.filter(({ record, roles, verdict, facts }) => {
    if (facts === undefined || verdict === 'dead' || verdict === 'left') return record.id === keeper;
    const { nfs, init } = facts.hardware;
    if (record.id === keeper) return !nfs.serves || init !== 'systemd';
    return roles.includes('web') && !nfs.mounts;
  });
}

/** Whether a web server that is there still has the files by NFS. */
export function usedByNfs({ nodes }: View): boolean {
  return nodes.some(({ verdict, facts }) => {
    const here = verdict !== 'dead' && verdict !== 'left' && verdict !== 'unreachable';
    return here && facts?.details?.web?.['shared'] === 'nfs';
  });
}

/** The files of the server; none on who does not serve. */
export function nfsFiles(view: View): FileSpec[] {
  if (!servesNfs(view)) return [];
  const common = { mode: 0o644, owner: 'root:root', unit: nfsServer.unit };
  return [
    // Read when the server starts, and the same for ever: nothing to reload.
    { ...common, path: '/etc/nfs.conf.d/muster.conf', content: serverConfig },
    { ...common, path: '/etc/exports.d/muster.exports', content: exportsOf(view) },
  ];
}

/**
 * Version 4 alone, which is one port and knows its clients. After a start it waits for those it had before, so that
 * nobody takes their locks: 90 s by default, for which every write would stand (nfs.conf(5)).
 */
const serverConfig = lines(
  ownedBy('storage'),
  '[nfsd]',
  'vers3=n',
  'vers4=y',
  'lease-time=10',
  'grace-time=10',
);

/**
 * To the web nodes and nobody else (exports(5)). `sync`: what was answered is on the disk. The agents make the folders
 * of applications as root. A number of its own, since some file systems have none that stays over a restart.
 */
function exportsOf(view: View): string {
  const options = 'rw,sync,no_subtree_check,no_root_squash,fsid=7700';
  const clients = view.nodes
    .filter((node) => node.record.id !== view.self && node.verdict !== 'left' && carriesOrEnds(node, 'web'))
    .map(({ record }) => `${record.address}(${options})`);
  // A line without a client would be open to all.
  const shared = clients.length === 0 ? [] : [`${filesPath} ${clients.sort().join(' ')}`];
  return lines(ownedBy('storage'), shared);
}

/** Serves the folder, or ends what served it before. */
export function planNfs(view: View, observed: Observed): Step[] {
  if (!servesNfs(view)) return endNfs(view, observed);
  const files = nfsFiles(view);
  return [
    // Before the package, which starts the server with what it finds.
    ...ensureFiles(observed, files),
    ...ensurePackages(observed, nfsPackages, 'the NFS server'),
    ...ensureService(observed, nfsServer, files),
  ];
}

/** Once nobody uses it. */
export function endNfs(view: View, observed: Observed): Step[] {
  return usedByNfs(view) ? [] : ensureOff(observed, [nfsServer], 'the files are not served by NFS any more');
}

/** Whether the others can mount it. */
export function nfsServes(view: View, observed: Observed): boolean {
  return servesNfs(view) && servicesHealth(observed, [nfsServer]) === undefined;
}
