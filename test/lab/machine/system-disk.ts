import { copyFile, readdir, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { placesOf } from '../core/paths.ts';
import { failed, tryRun } from '../core/run.ts';

/** As large as such a machine's own share of Debian and everything muster adds; it takes room only as it fills. */
const SYSTEM_BYTES = 8 * 2 ** 30;
/** A gigabyte of small files, on a disk that others use too. */
const WRITING_DEADLINE_MS = 300_000;

const newest = async (folder: string, start: string): Promise<string> => {
  const names = (await readdir(folder)).filter((name) => name.startsWith(start));
  return join(folder, names.toSorted().at(-1) ?? start);
};

/** Writes a machine's whole file system, as it is seen at `root`, to a disk that a kernel of its own boots from. */
export const writeSystemDisk = async (name: string): Promise<void> => {
  const { root, system, kernel, initrd } = placesOf(name);
  await copyFile(await newest(join(root, 'boot'), 'vmlinuz-'), kernel);
  await copyFile(await newest(join(root, 'boot'), 'initrd.img-'), initrd);
  await writeFile(system, '');
  await truncate(system, SYSTEM_BYTES);
  const argv = ['mke2fs', '-q', '-F', '-t', 'ext4', '-d', root, system] as const;
  const said = await tryRun(argv, { deadlineMs: WRITING_DEADLINE_MS });
  if (said.exitCode !== 0) throw failed(argv, said);
};
