import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';

import { placesOf, RUN } from '../core/paths.ts';
import { run } from '../core/run.ts';

/** Every mount point under a folder, deepest first, from the text of /proc/self/mounts. */
export const mountPointsUnder = (mounts: string, folder: string): string[] =>
  mounts
    .split('\n')
    .map((line) => line.split(' ')[1] ?? '')
    .filter((point) => point === folder || point.startsWith(`${folder}/`))
    .toReversed();

/** Where an overlay keeps what is written, what it needs for itself, and where it is seen. */
interface Overlay {
  readonly upper: string;
  readonly work: string;
  readonly root: string;
}

/** Puts one writable layer over shared ones, the topmost first; makes the folders. */
export const mountOverlay = async (overlay: Overlay, layers: readonly string[]): Promise<void> => {
  const { upper, work, root } = overlay;
  for (const folder of [upper, work, root]) await mkdir(folder, { recursive: true });
  const options = `lowerdir=${layers.join(':')},upperdir=${upper},workdir=${work}`;
  await run('mount', '-t', 'overlay', 'muster-lab', '-o', options, root);
};

/** A machine's own file system: its changes over the shared layers. */
export const mountRoot = async (name: string, layers: readonly string[]): Promise<void> => {
  const { upper, work, root } = placesOf(name);
  await mountOverlay({ upper, work, root }, layers);
};

/** A machine's data disk: an XFS file system in a file that takes room only as it fills. */
export const mountDisk = async (name: string, diskBytes: number): Promise<void> => {
  const { image, disk } = placesOf(name);
  await mkdir(disk, { recursive: true });
  if (!existsSync(image)) {
    await writeFile(image, '');
    await truncate(image, diskBytes);
    await run('mkfs.xfs', '-q', image);
  }
  await run('mount', '-o', 'loop', image, disk);
};

/** Takes a machine's file system and disk away from this host, for a kernel of its own to have them. */
export const letGo = async (name: string): Promise<void> => {
  const { root, disk, upper, work } = placesOf(name);
  for (const point of [root, disk]) await run('umount', point);
  // What the root was made of is on the machine's own disk by now.
  for (const folder of [upper, work]) await rm(folder, { recursive: true, force: true });
};

/** Unmounts all of a lab; the loop devices go with their mounts. */
export const unmountAll = async (folder: string = RUN): Promise<void> => {
  for (const point of mountPointsUnder(await readFile('/proc/self/mounts', 'utf8'), folder)) {
    await run('umount', point);
  }
};

/** Lets go of loop devices that a crash left on the lab's images. */
export const detachLoops = async (): Promise<void> => {
  const listed = JSON.parse((await run('losetup', '--list', '--json')) || '{}') as {
    loopdevices?: ReadonlyArray<{ name: string; 'back-file': string | null }>;
  };
  for (const loop of listed.loopdevices ?? []) {
    if (loop['back-file']?.startsWith(`${RUN}/`)) await run('losetup', '--detach', loop.name);
  }
};
