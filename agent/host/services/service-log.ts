import { constants } from 'node:fs';
import { type FileHandle, open, rename, rm, stat } from 'node:fs/promises';
import { give, makeParents } from '../atomic-write.ts';
import { ifThere, systemCode } from '../refusal.ts';

/** A log that is larger gives way to an empty one, its last part kept as `.1` in place of the former one. */
const rotateBytes = 10 * 1024 * 1024;

/** Twenty lines of any service fit in. */
const tailBytes = 64 * 1024;

const chunkBytes = 256 * 1024;

/** Makes ready for a start; returns where the lines of this life will begin. */
export async function prepareLog(path: string): Promise<number> {
  await makeParents(path);
  const size = (await ifThere(() => stat(path)))?.size ?? 0;
  if (size <= rotateBytes) return size;
  await rename(path, `${path}.1`);
  return 0;
}

/**
 * Rotates a log that is being written: the service holds it open and goes on at its new end, since it appends. What
 * comes between copy and cut is lost: a few lines at most. Where there is no room for the copy, the log itself goes.
 */
export async function rotateInUse(path: string): Promise<void> {
  const found = await ifThere(() => stat(path));
  if (found === undefined || found.size <= rotateBytes) return;
  await using log = await open(path, constants.O_RDWR | constants.O_NOFOLLOW);
  try {
    await keepEnd(log, `${path}.1`);
  } catch (error) {
    if (systemCode(error) !== 'ENOSPC') throw error;
    await rm(`${path}.1`, { force: true });
  }
  await log.truncate();
}

async function keepEnd(log: FileHandle, path: string): Promise<void> {
  const { size, mode, uid, gid } = await log.stat();
  const { O_WRONLY, O_CREAT, O_TRUNC, O_NOFOLLOW } = constants;
  await using kept = await open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0o600);
  await give(kept, mode & 0o777, { uid, gid });
  const chunk = Buffer.alloc(chunkBytes);
  let position = size - rotateBytes;
  let read = await log.read(chunk, { position });
  while (read.bytesRead > 0) {
    await kept.writeFile(chunk.subarray(0, read.bytesRead));
    position += read.bytesRead;
    read = await log.read(chunk, { position });
  }
}

/** The last lines after `fromByte`, oldest first; none where there is no log. */
export async function tailLog(path: string, lines: number, fromByte = 0): Promise<readonly string[]> {
  const file = await ifThere(() => open(path));
  if (file === undefined) return [];
  try {
    const { size } = await file.stat();
    const begin = Math.max(fromByte, size - tailBytes);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(Math.max(0, size - begin)), {
      position: begin,
    });
    const text = buffer.toString('utf8', 0, bytesRead);
    return text
      .split('\n')
      .filter((line) => line !== '')
      .slice(-lines);
  } finally {
    await file.close();
  }
}
