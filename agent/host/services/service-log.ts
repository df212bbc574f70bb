import { open, rename, stat } from 'node:fs/promises';
import { makeParents } from '../atomic-write.ts';
import { ifThere } from '../refusal.ts';

/** A log that is larger when its service starts is moved aside as `.1`, in place of the former one. */
const rotateBytes = 10 * 1024 * 1024;

/** Twenty lines of any service fit in. */
const tailBytes = 64 * 1024;

/** Makes ready for a start; returns where the lines of this life will begin. */
export async function prepareLog(path: string): Promise<number> {
  await makeParents(path);
  const size = (await ifThere(() => stat(path)))?.size ?? 0;
  if (size <= rotateBytes) return size;
  await rename(path, `${path}.1`);
  return 0;
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
