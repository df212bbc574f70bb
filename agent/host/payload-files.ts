import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';

/** One file on its way out. */
interface OutgoingFile {
  readonly bytes: number;
  readonly stream: ReadableStream;
}

/** What this node was installed from, for the next one. */
export interface PayloadFiles {
  /** A file that the payload's own list of checksums names, or that list; undefined for anything else. */
  open(path: string): Promise<OutgoingFile | undefined>;
}

const listName = 'SHA256SUMS';

/** The payload in a folder. The runtime is 126 MB: files go out in pieces, never through memory as a whole. */
export function payloadFiles(folder: string): PayloadFiles {
  return {
    async open(path) {
      const listed = await readFile(join(folder, listName), 'utf8').catch(() => '');
      const names = listed.split('\n').map((line) => line.replace(/^\S+ {2}/, ''));
      if (listed === '' || (path !== listName && !names.includes(path))) return undefined;
      const full = join(folder, path);
      const { size } = await stat(full);
      return { bytes: size, stream: Readable.toWeb(createReadStream(full)) as ReadableStream };
    },
  };
}
