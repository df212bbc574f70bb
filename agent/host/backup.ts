import { copyFile, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { execa } from 'execa';
import { dataDirectory, sqlSocket } from '../../roles/db/service.ts';
import { paths } from '../../roles/model/paths.ts';

/** Whoever is served by this machine comes before whoever copies from it. */
const politely = ['nice', '-n', '10', 'ionice', '-c', '2', '-n', '7'] as const;

const log = `${paths.log}/backup.log`;

/** All data of this machine's server as one stream, taken while it serves; it ends in an error where it is not whole. */
export function backupStream(signal: AbortSignal): ReadableStream {
  const [program, ...words] = [...politely, 'mariadb-backup', '--backup', '--stream=xbstream', '--user=root'];
  const backup = execa(program, [...words, `--socket=${sqlSocket}`, '--target-dir=/tmp'], {
    buffer: false,
    reject: false,
    cancelSignal: signal,
    stdin: 'ignore',
    stderr: { file: log },
  });
  async function* pieces(): AsyncGenerator<Uint8Array> {
    try {
      yield* backup.stdout as AsyncIterable<Uint8Array>;
      const { exitCode } = await backup;
      if (exitCode !== 0) throw new Error(`mariadb-backup ended with ${exitCode ?? 'a signal'}; see ${log}`);
    } finally {
      backup.kill();
    }
  }
  return Readable.toWeb(Readable.from(pieces(), { objectMode: false })) as ReadableStream;
}

/** What every server makes itself; nobody's data. Hidden folders are no databases. */
const ownFolders = new Set(['mysql', 'performance_schema', 'sys', 'lost+found']);

const workFolder = join(dataDirectory, '.muster-clone');
const completeMark = '.complete';
const upgradeMark = 'mysql_upgrade_info';

/** The folders in the data directory that hold databases of somebody. */
export async function databasesOnDisk(): Promise<readonly string[]> {
  const found = await readdir(dataDirectory, { withFileTypes: true }).catch(() => []);
  return found
    .filter((one) => one.isDirectory() && !one.name.startsWith('.') && !ownFolders.has(one.name))
    .map(({ name }) => name);
}

/** What a former run of this cluster's has left to be put in place; undefined where there is nothing. */
export async function completedClone(): Promise<string | undefined> {
  return readFile(join(workFolder, completeMark), 'utf8').catch(() => undefined);
}

/** Unpacks a stream beside the data, from nothing; `onBytes` hears of each piece. */
export async function unpackClone(
  source: AsyncIterable<Uint8Array>,
  onBytes: (bytes: number) => void,
  signal: AbortSignal,
): Promise<void> {
  await rm(workFolder, { recursive: true, force: true });
  await mkdir(workFolder, { recursive: true, mode: 0o700 });
  const unpacking = execa('mbstream', ['-x', '-C', workFolder], {
    buffer: false,
    reject: false,
    cancelSignal: signal,
    stdin: 'pipe',
    stdout: 'ignore',
    stderr: { file: log },
  });
  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const piece of source) {
      onBytes(piece.length);
      yield piece;
    }
  }
  await pipeline(counted, unpacking.stdin, { signal });
  const { exitCode } = await unpacking;
  if (exitCode !== 0) throw new Error(`mbstream ended with ${exitCode ?? 'a signal'}; see ${log}`);
}

/** Makes what was unpacked consistent. Returns the position it was taken at. */
export async function prepareClone(signal: AbortSignal): Promise<string> {
  const [program, ...words] = [...politely, 'mariadb-backup', '--prepare', `--target-dir=${workFolder}`];
  const { exitCode } = await execa(program, words, {
    reject: false,
    cancelSignal: signal,
    stdin: 'ignore',
    stdout: 'ignore',
    stderr: { file: log },
  });
  if (exitCode !== 0)
    throw new Error(`mariadb-backup --prepare ended with ${exitCode ?? 'a signal'}; see ${log}`);
  const info = await readFile(join(workFolder, 'xtrabackup_binlog_info'), 'utf8');
  return info.split('\t').slice(2).join('').replaceAll(/\s/g, '');
}

/** From here on the clone is the data of this machine, whoever is cut off when; `origin` is what it is told by. */
export async function completeClone(origin: string): Promise<void> {
  await execa('chown', ['-R', 'mysql:mysql', workFolder]);
  // Else Debian's scripts take the data for those of an older release, and alter them while they are replicated.
  await copyFile(join(dataDirectory, upgradeMark), join(workFolder, upgradeMark)).catch(() => undefined);
  for (const name of await readdir(dataDirectory)) {
    const path = join(dataDirectory, name);
    if (path !== workFolder) await rm(path, { recursive: true, force: true });
  }
  await writeFile(join(workFolder, completeMark), origin, { mode: 0o644 });
}

/** Moves a completed clone into its place; it may be cut off at any point and called again. */
export async function settleClone(origin: string, originPath: string): Promise<void> {
  for (const name of await readdir(workFolder)) {
    if (name !== completeMark) await rename(join(workFolder, name), join(dataDirectory, name));
  }
  await writeFile(originPath, origin, { mode: 0o644 });
  await rm(workFolder, { recursive: true, force: true });
}
