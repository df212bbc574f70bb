import { paths } from '../../roles/model/paths.ts';
import type { Commands, Files } from '../../roles/model/ports.ts';
import { demand } from './demand.ts';
import type { NodeConfig } from './state.ts';

/** All that makes a cluster the same one again: who it is, its authority, its decisions. Below /. */
const kept = [paths.nodeConfig, paths.identity, paths.pki, paths.decisions].map((path) => path.slice(1));

/** Where the copy of a cluster of one is kept when muster leaves. */
export function backupPath(config: NodeConfig): string {
  return `/var/backups/muster-${config.clusterId}.tar`;
}

/** Keeps the decisions and the keys of this node in one file for root alone. */
export async function keepBackup(
  { files, commands }: { readonly files: Files; readonly commands: Commands },
  config: NodeConfig,
): Promise<void> {
  const present: string[] = [];
  for (const path of kept) {
    const found =
      (await files.inspect(`/${path}`)) !== undefined || (await files.list(`/${path}`)).length > 0;
    if (found) present.push(path);
  }
  // The file is closed to others before anything secret is in it.
  await files.write(backupPath(config), '', { mode: 0o600 });
  await demand(commands, ['tar', '--directory', '/', '--create', '--file', backupPath(config), ...present]);
}
