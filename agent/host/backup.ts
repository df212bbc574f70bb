import { closeSync, openSync } from 'node:fs';
import { copyFile, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { dataDirectory, sqlSocket } from '../../roles/db/service.ts';
import { paths } from '../../roles/model/paths.ts';
import { type Child, startChild } from './child.ts';

/** Whoever is served by this machine comes before whoever copies from it. */
const politely = ['nice', '-n', '10', 'ionice', '-c', '2', '-n', '7'] as const;

const log = `${paths.log}/backup.log`;

/** All data of this machine's server as one stream, taken while it serves; it ends in an error where it is not whole. */
export function backupStream(signal: AbortSignal): ReadableStream {
  const words = [
    '--backup',
    '--stream=xbstream',
    '--user=root',
    `--socket=${sqlSocket}`,
    '--target-dir=/tmp',
  ];
  async function* pieces(): AsyncGenerator<Uint8Array> {
    const backup = startLogged([...politely, 'mariadb-backup', ...words], ['ignore', 'pipe'], signal);
    try {
      yield* (backup.stdout ?? []) as AsyncIterable<Uint8Array>;
      await endWell('mariadb-backup', backup);
    } finally {
      backup.end();
    }
  }
  return Readable.toWeb(Readable.from(pieces(), { objectMode: false })) as ReadableStream;
}

/** What it says of its work goes to the log, in the place of what the one before said. */
function startLogged(
  argv: readonly [string, ...string[]],
  [stdin, stdout]: readonly ['ignore' | 'pipe', 'ignore' | 'pipe'],
  signal?: AbortSignal,
): Child {
  const fd = openSync(log, 'w', 0o640);
  try {
    return startChild(argv, { stdio: [stdin, stdout, fd], signal });
  } finally {
    closeSync(fd);
  }
}

async function endWell(name: string, child: Child): Promise<void> {
  const exitCode = await child.ended;
  if (exitCode !== 0) throw new Error(`${name} ended with ${String(exitCode)}; see ${log}`);
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
  const unpacking = startLogged(['mbstream', '-x', '-C', workFolder], ['pipe', 'ignore'], signal);
  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const piece of source) {
      onBytes(piece.length);
      yield piece;
    }
  }
  const done = endWell('mbstream', unpacking);
  if (unpacking.stdin) await Promise.all([pipeline(counted, unpacking.stdin, { signal }), done]);
  await done;
}

/** Makes what was unpacked consistent. Returns the position it was taken at. */
export async function prepareClone(signal: AbortSignal): Promise<string> {
  const preparing = [...politely, 'mariadb-backup', '--prepare', `--target-dir=${workFolder}`] as const;
  await endWell('mariadb-backup --prepare', startLogged(preparing, ['ignore', 'ignore'], signal));
  const info = await readFile(join(workFolder, 'xtrabackup_binlog_info'), 'utf8');
  return info.split('\t').slice(2).join('').replaceAll(/\s/g, '');
}

/** From here on the clone is the data of this machine, whoever is cut off when; `origin` is what it is told by. */
export async function completeClone(origin: string): Promise<void> {
  await endWell('chown', startLogged(['chown', '-R', 'mysql:mysql', workFolder], ['ignore', 'ignore']));
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
