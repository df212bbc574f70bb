import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';

import { LabProblem } from '../core/problem.ts';
import { run } from '../core/run.ts';
import { SUITE } from '../host/apt-sources.ts';
import { BARE_PACKAGES } from './recipe.ts';

/** Twenty seconds with a near mirror; a far one may take many times that. */
const MAKING_DEADLINE_MS = 900_000;
const TOLD_CHARACTERS = 1500;

const MAKER = 'mmdebstrap';

/** Makes Debian's standard system in an empty folder. */
export const makeBare = async (
  target: string,
  sources: string,
  settings: readonly string[],
  say: (line: string) => void,
): Promise<void> => {
  const making = execa(
    MAKER,
    [
      '--mode=root',
      '--variant=important',
      `--include=${BARE_PACKAGES.join(',')}`,
      ...settings.map((one) => `--aptopt=${one}`),
      SUITE,
      target,
      ...sources.trim().split('\n'),
    ],
    {
      reject: false,
      timeout: MAKING_DEADLINE_MS,
      cwd: '/',
      stdin: 'ignore',
      all: true,
      env: { LC_ALL: 'C.UTF-8' },
    },
  );
  for await (const line of making.iterable({ from: 'all' }))
    if (line.startsWith('I: ')) say(`  ${line.slice(3)}`);
  const done = await making;
  if (done.failed) {
    throw new LabProblem(
      `Debian could not be fetched from this host's mirror:\n${(done.all ?? '').slice(-TOLD_CHARACTERS).trim()}`,
      'check that `apt-get update` works on this host, then the same command again',
    );
  }
  await finishBare(target);
};

const finishBare = async (target: string): Promise<void> => {
  // Each machine gets its own name and identity later.
  for (const name of ['etc/hostname', 'etc/resolv.conf']) await rm(join(target, name), { force: true });
  await writeFile(join(target, 'etc/machine-id'), '');
  await mkdir(join(target, 'srv'), { recursive: true });
  await run('systemctl', `--root=${target}`, '--quiet', 'enable', 'systemd-networkd.service');
  // A host without a clock chip of its own: the machine's time is the host's.
  await run('systemctl', `--root=${target}`, '--quiet', 'mask', 'systemd-timesyncd.service');
};
