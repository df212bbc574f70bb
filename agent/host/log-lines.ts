import { open, stat } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { ifThere } from './refusal.ts';

/** Log files by the word that their lines are told with. */
export type LogFiles = Readonly<Record<string, string>>;

/** A person who looks at a log does not notice less. */
const everyMs = 250;

/** Enough for a thousand lines of an access log. */
const tailBytes = 512 * 1024;

/** Each line with the word of its file. The last ones first; with a signal, each new one until it aborts. */
export async function* followLogs(
  files: LogFiles,
  lines: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<string> {
  const places = Object.entries(files).map(([word, path]) => ({ word, path, at: 0, rest: '' }));
  for (const place of places) {
    const size = await sizeOf(place.path);
    const text = await read(place.path, Math.max(0, size - tailBytes), size);
    place.at = size;
    const all = text.split('\n').filter((line) => line !== '');
    for (const line of all.slice(Math.max(0, all.length - lines))) yield `${place.word}: ${line}`;
  }
  if (signal === undefined) return;
  while (!signal.aborted) {
    for (const place of places) {
      const size = await sizeOf(place.path);
      // Rotated: the new file begins at its begin.
      if (size < place.at) place.at = 0;
      const text = place.rest + (await read(place.path, place.at, Math.min(size, place.at + tailBytes)));
      place.at = Math.min(size, place.at + tailBytes);
      const parts = text.split('\n');
      place.rest = parts.pop() ?? '';
      for (const line of parts) yield `${place.word}: ${line}`;
    }
    await pause(everyMs, undefined, { signal }).catch(() => undefined);
  }
}

async function sizeOf(path: string): Promise<number> {
  return (await ifThere(() => stat(path)))?.size ?? 0;
}

async function read(path: string, from: number, to: number): Promise<string> {
  if (to <= from) return '';
  await using file = await open(path);
  const buffer = Buffer.alloc(to - from);
  const { bytesRead } = await file.read(buffer, 0, buffer.length, from);
  return buffer.subarray(0, bytesRead).toString('utf8');
}
