import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { link, lstat, mkdir, open, readdir, rename, rm, stat, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { makeParents } from './atomic-write.ts';
import { systemCommands } from './commands.ts';
import { changing, ifThere, refused } from './refusal.ts';

/** What came of a file that was taken in. */
interface Taken {
  readonly sha256: string;
  readonly bytes: number;
}

/** A file on its way out. */
interface Outgoing {
  readonly bytes: number;
  readonly stream: ReadableStream;
}

/** One thing to be unpacked; as in an archive that was looked through. */
export interface TreeEntry {
  readonly path: string;
  readonly kind: 'file' | 'folder' | 'link' | 'hardlink';
  readonly executable: boolean;
  readonly target: string;
  readonly content: () => AsyncIterable<Uint8Array>;
}

/** Archives and releases as files: large, so that nothing of them is ever in memory as a whole. */
export interface ReleaseFiles {
  /** Writes a stream beside `path`, and keeps it there if `accept` says so. Never more than `mostBytes`. */
  take(
    path: string,
    stream: AsyncIterable<Uint8Array>,
    limits: { readonly mostBytes: number; readonly accept: (taken: Taken) => Promise<string> },
  ): Promise<Taken>;
  /** The unpacked bytes of a gzip file. */
  gunzip(path: string): AsyncIterable<Uint8Array>;
  /** Undefined where there is no such file. */
  send(path: string): Promise<Outgoing | undefined>;
  /** Unpacks into a folder that appears under its name only once all of it is there and on disk. */
  place(
    folder: string,
    entries: AsyncIterable<TreeEntry>,
    links: Readonly<Record<string, string>>,
  ): Promise<void>;
  /** The names in a folder with their age in milliseconds. */
  ages(folder: string, now: Date): Promise<Readonly<Record<string, number>>>;
}

export const releaseFiles: ReleaseFiles = {
  take,
  gunzip,
  send: async (path) => {
    const found = await ifThere(() => stat(path));
    if (found?.isFile() !== true) return undefined;
    return { bytes: found.size, stream: Readable.toWeb(createReadStream(path)) as ReadableStream };
  },
  place: (folder, entries, links) => changing(folder, 'written', () => place(folder, entries, links)),
  ages: async (folder, now) => {
    const names = (await ifThere(() => readdir(folder))) ?? [];
    const ages = await Promise.all(
      names.map(async (name) => {
        const found = await ifThere(() => lstat(join(folder, name)));
        return [name, found === undefined ? 0 : now.getTime() - found.mtimeMs] as const;
      }),
    );
    return Object.fromEntries(ages);
  },
};

/** Whoever reads no further closes the file; a fault of the archive goes to whoever reads it, and to nobody else. */
async function* gunzip(path: string): AsyncGenerator<Uint8Array> {
  const unpacked = createGunzip();
  const flow = pipeline(createReadStream(path), unpacked).catch(() => undefined);
  try {
    yield* unpacked;
  } finally {
    unpacked.destroy();
    await flow;
  }
}

async function take(
  path: string,
  stream: AsyncIterable<Uint8Array>,
  { mostBytes, accept }: Parameters<ReleaseFiles['take']>[2],
): Promise<Taken> {
  const beside = `${path}.${String(process.hrtime.bigint())}.part`;
  const hash = createHash('sha256');
  let bytes = 0;
  const count = new Transform({
    transform(piece: Buffer, _encoding, done) {
      bytes += piece.length;
      hash.update(piece);
      if (bytes > mostBytes)
        done(refused(path, 'taken', `it is larger than ${String(mostBytes / 1024 / 1024)} MiB`));
      else done(null, piece);
    },
  });
  try {
    await changing(path, 'written', async () => {
      await makeParents(path);
      await pipeline(stream, count, createWriteStream(beside, { mode: 0o600, flags: 'wx' }));
      await using file = await open(beside);
      await file.sync();
    });
    const taken = { sha256: hash.digest('hex'), bytes };
    const kept = await accept(taken);
    await changing(kept, 'written', () => rename(beside, kept));
    return taken;
  } finally {
    await rm(beside, { force: true });
  }
}

async function place(
  folder: string,
  entries: AsyncIterable<TreeEntry>,
  links: Readonly<Record<string, string>>,
): Promise<void> {
  const beside = join(dirname(folder), `.${folder.split('/').at(-1) ?? ''}.part`);
  await makeParents(beside);
  await rm(beside, { recursive: true, force: true });
  await mkdir(beside, { mode: 0o755 });
  // Links come last: nothing is ever written through one.
  const later: TreeEntry[] = [];
  for await (const entry of entries) {
    if (entry.kind === 'link' || entry.kind === 'hardlink') later.push(entry);
    else await put(beside, entry);
  }
  for (const { path, kind, target } of later) {
    await mkdir(dirname(join(beside, path)), { recursive: true, mode: 0o755 });
    if (kind === 'link') await symlink(target, join(beside, path));
    else await link(join(beside, target), join(beside, path));
  }
  for (const [path, target] of Object.entries(links)) {
    await mkdir(dirname(join(beside, path)), { recursive: true, mode: 0o755 });
    await symlink(target, join(beside, path));
  }
  // A release that a power loss could halve must not have its name yet.
  await systemCommands.run(['/usr/bin/sync', '--file-system', beside]);
  await rm(folder, { recursive: true, force: true });
  await rename(beside, folder);
}

async function put(root: string, { path, kind, executable, content }: TreeEntry): Promise<void> {
  const full = join(root, path);
  await mkdir(kind === 'folder' ? full : dirname(full), { recursive: true, mode: 0o755 });
  if (kind === 'folder') return;
  await pipeline(content(), createWriteStream(full, { mode: executable ? 0o755 : 0o644, flags: 'wx' }));
}
