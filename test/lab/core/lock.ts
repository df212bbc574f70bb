import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';

import { HOME, LOCK_FILE } from './paths.ts';
import { LabProblem } from './problem.ts';

/** Who holds the lab. */
export interface Holder {
  readonly pid: number;
  readonly command: string;
  readonly since: string;
}

/** This process, as a holder. */
export const thisHolder = (): Holder => ({
  pid: process.pid,
  command: ['lab', ...process.argv.slice(2)].join(' '),
  since: new Date().toISOString(),
});

/** True while a process of that number lives. */
export const lives = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

/** The sentence that refuses a second lab. */
export const refusal = (holder: Holder): LabProblem =>
  new LabProblem(
    `A lab is there already: "${holder.command}" (pid ${holder.pid}) holds it since ${holder.since}. One host carries one lab at a time.`,
    'npm run lab -- down',
  );

/**
 * Holds the lab while `work` changes it, so that two commands never build or clear at once. A lock whose process is
 * gone counts for nothing. (Between commands the state file and the living machines speak.)
 */
export const withLock = async <T>(work: () => Promise<T>): Promise<T> => {
  await mkdir(HOME, { recursive: true });
  const mine = `${JSON.stringify(thisHolder())}\n`;
  for (;;) {
    const written = await writeFile(LOCK_FILE, mine, { flag: 'wx' }).then(
      () => true,
      () => false,
    );
    if (written) break;
    const holder = await readFile(LOCK_FILE, 'utf8').then(
      (text) => JSON.parse(text) as Holder,
      () => undefined,
    );
    if (holder && lives(holder.pid)) throw refusal(holder);
    await rm(LOCK_FILE, { force: true });
  }
  try {
    return await work();
  } finally {
    await rm(LOCK_FILE, { force: true });
  }
};
