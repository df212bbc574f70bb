import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { MusterError, messageOf } from '../../roles/model/errors.ts';

/** An archive that can be sent. */
export interface Packed {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
  /** True where it was packed from a folder just now. */
  readonly fresh: boolean;
  /** Takes away what was made for it. */
  done(): Promise<void>;
}

/** What keeps the history of a source, and is none of an application. */
const leftOut = ['./.git', './.hg', './.svn', '.DS_Store'];

/** A folder as an archive, or an archive as it is. Throws `archive-refused`. */
export async function pack(path: string): Promise<Packed> {
  const found = await stat(path).catch((cause: unknown) => {
    throw notThere(path, messageOf(cause), cause);
  });
  if (found.isDirectory()) return packFolder(path);
  if (!found.isFile()) throw notThere(path, 'it is neither a folder nor a file');
  return { ...(await sumOf(path)), path, fresh: false, done: async () => undefined };
}

async function packFolder(folder: string): Promise<Packed> {
  // What an application is made of may hold secrets: nobody else reads the folder that it is packed in.
  const scratch = await mkdtemp(join(tmpdir(), 'muster-'));
  const done = (): Promise<void> => rm(scratch, { recursive: true, force: true });
  const path = join(scratch, 'application.tar.gz');
  const excluded = leftOut.map((name) => `--exclude=${name}`);
  const argv = ['-C', folder, '--sort=name', '--owner=0', '--group=0', '--numeric-owner', ...excluded];
  try {
    await promisify(execFile)('/usr/bin/tar', [...argv, '-czf', path, '.']);
    return { ...(await sumOf(path)), path, fresh: true, done };
  } catch (cause) {
    await done();
    throw notThere(folder, `tar could not pack it: ${messageOf(cause)}`, cause);
  }
}

async function sumOf(path: string): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return { bytes: (await stat(path)).size, sha256: hash.digest('hex') };
}

function notThere(path: string, why: string, cause?: unknown): MusterError {
  return new MusterError('archive-refused', {
    what: `${path} cannot be deployed`,
    why,
    next: 'muster docs applications',
    cause,
  });
}
