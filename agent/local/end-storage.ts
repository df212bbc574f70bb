import { paths } from '../../roles/model/paths.ts';
import type { Commands } from '../../roles/model/ports.ts';
import { adoptPath } from '../../roles/storage/observed.ts';

/** What muster mounts; each may have been covered by another mount. */
const points = [paths.shared, adoptPath, `${paths.run}/files`] as const;

/** More layers than muster ever mounts over each other. */
const mostLayers = 5;

/**
 * Ends what outlives the services of the common files: mounts, at which nothing may be deleted; and the parts of the
 * volume, which run on when GlusterFS's daemon ends, so that its upgrade costs nobody a file.
 */
export async function endStorage(commands: Commands): Promise<void> {
  for (const point of points) {
    for (let layer = 0; layer < mostLayers; layer += 1) {
      const { exitCode } = await commands.run(['umount', '--lazy', point]);
      if (exitCode !== 0) break;
    }
  }
  for (const program of ['glusterfsd', 'glusterfs'] as const)
    await commands.run(['pkill', '--exact', program]);
}
