import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';

import { setTimeout as pause } from 'node:timers/promises';

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
const lives = (pid: number): boolean => {
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
 * A base tree in the making holds the lock longest, and machines with a kernel of their own while they boot; a change of
 * links only for a moment.
 */
const PATIENCE_MS = 300_000;
const POLL_MS = 20;
let writings = 0;

/** Takes the lock, or says who has it. A lock whose process is gone counts for nothing. */
const take = async (): Promise<Holder | undefined> => {
  writings += 1;
  const draft = `${LOCK_FILE}.${process.pid}.${writings}`;
  await writeFile(draft, `${JSON.stringify(thisHolder())}\n`);
  try {
    // Linked, and not written in place: so that nobody ever reads half a lock.
    await link(draft, LOCK_FILE);
    return undefined;
  } catch {
    const text = await readFile(LOCK_FILE, 'utf8').catch(() => undefined);
    const holder = text === undefined ? undefined : (JSON.parse(text) as Holder);
    if (holder && !lives(holder.pid)) await rm(LOCK_FILE, { force: true });
    return holder ?? thisHolder();
  } finally {
    await rm(draft, { force: true });
  }
};

/**
 * Holds the lab while `work` changes it, so that two commands never build, clear or write the state at once; the
 * second waits its turn. (Between commands the state file and the living machines speak.)
 */
export const withLock = async <T>(work: () => Promise<T>): Promise<T> => {
  await mkdir(HOME, { recursive: true });
  const begun = performance.now();
  for (let holder = await take(); holder; holder = await take()) {
    if (lives(holder.pid) && performance.now() - begun > PATIENCE_MS) throw refusal(holder);
    await pause(POLL_MS);
  }
  try {
    return await work();
  } finally {
    await rm(LOCK_FILE, { force: true });
  }
};
