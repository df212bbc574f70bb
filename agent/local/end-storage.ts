import { paths } from '../../roles/model/paths.ts';
import type { Commands, Files } from '../../roles/model/ports.ts';
import { adoptPath } from '../../roles/storage/observed.ts';
import { glusterd } from '../../roles/storage/service.ts';
import { parseMountPoints } from '../host/mounts.ts';

/** What muster mounts; each may have been covered by another mount. */
const points: ReadonlySet<string> = new Set([paths.shared, adoptPath, `${paths.run}/files`]);

/**
 * Ends what outlives the services of the common files: mounts, at which nothing may be deleted; and, where muster ran
 * GlusterFS, the parts of the volume, which run on when its daemon ends, so that its upgrade costs nobody a file.
 */
export async function endStorage(
  { files, commands }: { readonly files: Files; readonly commands: Commands },
  stopped: readonly string[],
): Promise<void> {
  const mounted = parseMountPoints((await files.read('/proc/self/mountinfo')) ?? '');
  for (const point of mounted.filter((one) => points.has(one)).toReversed()) {
    await commands.run(['umount', '--lazy', point]);
  }
  if (!stopped.includes(glusterd.unit)) return;
  for (const program of ['glusterfsd', 'glusterfs']) await commands.run(['pkill', '--exact', program]);
}
