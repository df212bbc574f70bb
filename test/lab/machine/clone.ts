import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { placesOf } from '../core/paths.ts';
import { run } from '../core/run.ts';
import type { Machine } from '../core/state.ts';
import { networkFile } from './prepare.ts';

/**
 * Makes one machine's disks those of another, as whoever copies a virtual machine does; only its address is its own.
 * The target is off. What the source writes meanwhile is on the copy or not, as after a power loss.
 */
export const clone = async (source: Machine, target: Machine): Promise<void> => {
  const [from, to] = [placesOf(source.name), placesOf(target.name)];
  for (const [one, other] of [
    [from.root, to.root],
    [from.disk, to.disk],
  ] as const) {
    await run(
      'rsync',
      '--archive',
      '--hard-links',
      '--acls',
      '--xattrs',
      '--delete',
      '--one-file-system',
      `${one}/`,
      `${other}/`,
    );
  }
  const { path, text } = networkFile(target.address);
  await writeFile(join(to.root, path), text);
};
