import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { changing, ifThere } from './refusal.ts';
import { Serial } from './serial.ts';

/** As large as the smallest write of a database. */
const blockBytes = 4_096;
/** An odd number, so that there is one in the middle. */
const rounds = 5;
/** A disk that needs longer for all of them is slow, however many were done. */
const patienceMs = 3_000;

/** Two at a time in one directory would be in each other's way, and each slower for it. */
const turns = new Serial();

/**
 * How long a disk takes to say that a small write is kept, in milliseconds, several times in a row. The file has no name
 * while it is written, so that nothing is left behind. Undefined where the directory is not there; rejects with
 * `file-refused` where it cannot be written to.
 */
export function syncTimes(directory: string): Promise<readonly number[] | undefined> {
  return turns.run(directory, () =>
    changing(directory, 'written to', () => measure(join(directory, '.muster-sync'))),
  );
}

async function measure(path: string): Promise<readonly number[] | undefined> {
  await rm(path, { force: true });
  const opened = await ifThere(() => open(path, 'wx', 0o600));
  if (opened === undefined) return undefined;
  await using file = opened;
  await rm(path);
  const block = Buffer.alloc(blockBytes);
  const times: number[] = [];
  const begun = performance.now();
  while (times.length < rounds && performance.now() - begun < patienceMs) {
    const before = performance.now();
    await file.write(block, 0, blockBytes, 0);
    await file.sync();
    times.push(performance.now() - before);
  }
  return times;
}
