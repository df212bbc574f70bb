import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';

import { APT_ARCHIVES, APT_LAYER } from '../core/paths.ts';
import { LabProblem } from '../core/problem.ts';
import { mountOverlay, unmountAll } from '../host/mounts.ts';
import { resolvConf } from '../host/resolv.ts';

const SCRIPT = join(import.meta.dirname, 'layer.sh');
/** Namespaces of its own for what is mounted and started meanwhile. */
const APART = 'unshare';
const MAKING_DEADLINE_MS = 900_000;
const TOLD_CHARACTERS = 1500;

/** Moves downloaded packages out of a machine's (or layer's) changes into the cache that all share. */
export const harvestPackages = async (upper: string): Promise<void> => {
  const from = join(upper, APT_ARCHIVES);
  const names = await readdir(from).catch(() => []);
  await mkdir(join(APT_LAYER, APT_ARCHIVES, 'partial'), { recursive: true });
  for (const name of names.filter((one) => one.endsWith('.deb'))) {
    // A whiteout (a package that was cleaned away inside) is a device, and no package.
    await rename(join(from, name), join(APT_LAYER, APT_ARCHIVES, name)).catch(() => undefined);
  }
};

/** Makes one layer over others: `target` then holds nothing but what `task` changed. */
export const makeLayer = async (
  target: string,
  below: readonly string[],
  task: readonly string[],
  files: Readonly<Record<string, string>> = {},
): Promise<void> => {
  const scratch = `${target}.scratch`;
  const [work, root] = [join(scratch, 'work'), join(scratch, 'root')];
  await mountOverlay({ upper: target, work, root }, [APT_LAYER, ...below]);
  try {
    await writeFile(join(root, 'etc/resolv.conf'), await resolvConf());
    for (const [name, text] of Object.entries(files)) {
      await mkdir(join(root, dirname(name)), { recursive: true });
      await writeFile(join(root, name), text);
    }
    const done = await execa(APART, ['--mount', '--pid', '--fork', '--kill-child', SCRIPT, root, ...task], {
      reject: false,
      timeout: MAKING_DEADLINE_MS,
      cwd: '/',
      stdin: 'ignore',
      all: true,
    });
    if (done.failed) {
      throw new LabProblem(
        `"${task.slice(0, 4).join(' ')} …" failed while a base tree was made:\n${done.all.slice(-TOLD_CHARACTERS).trim()}`,
        'the same command again',
      );
    }
    await rm(join(root, 'etc/resolv.conf'), { force: true });
  } finally {
    await unmountAll(scratch);
    await rm(scratch, { recursive: true, force: true });
  }
  await harvestPackages(target);
  await rm(join(target, 'var/cache/apt'), { recursive: true, force: true });
};
