import { release } from 'node:os';
import type { Hardware } from '../../roles/model/hardware.ts';
import type { Files } from '../../roles/model/ports.ts';

/** Reads what this machine's kernel can do of NFS. A kernel that is not the machine's own has no modules there. */
export async function readNfs(files: Pick<Files, 'read'>): Promise<Hardware['nfs']> {
  const [filesystems, modules] = await Promise.all([
    files.read('/proc/filesystems'),
    files.read(`/lib/modules/${release()}/modules.dep`),
  ]);
  return nfsOf(filesystems ?? '', modules ?? '');
}

/**
 * What is built in or loaded stands in /proc/filesystems, what can be loaded in modules.dep (modules.dep(5)): a path
 * a line, before a colon.
 */
export function nfsOf(filesystems: string, modules: string): Hardware['nfs'] {
  const has = (filesystem: string, module: string): boolean =>
    new RegExp(`\\s${filesystem}$`, 'm').test(filesystems) ||
    new RegExp(`(^|/)${module}\\.ko[.\\w]*:`, 'm').test(modules);
  return { serves: has('nfsd', 'nfsd'), mounts: has('nfs4', 'nfsv4') };
}
