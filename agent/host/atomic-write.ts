import { constants } from 'node:fs';
import { chmod, type FileHandle, lstat, mkdir, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { ifThere, refused, systemCode } from './refusal.ts';

export interface OwnerIds {
  readonly uid: number;
  readonly gid: number;
}

/**
 * Puts a file in place so that a reader, and a machine that lost its power, finds the old or the new one, whole. The
 * name beside the target is always the same: what a crash left there is taken away by the next write. One writer
 * per path at a time.
 */
export async function writeAtomically(
  path: string,
  content: string | Uint8Array,
  mode: number,
  owner: OwnerIds | undefined,
): Promise<void> {
  await refuseSurprise(path);
  await makeParents(path);
  const directory = dirname(path);
  const beside = join(directory, `.${basename(path)}.muster-new`);
  await rm(beside, { force: true });
  try {
    const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;
    await using file = await open(beside, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
    await file.writeFile(content);
    await give(file, mode, owner);
    await file.sync();
    await swap(beside, path, content);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
  await syncDirectory(directory);
}

/**
 * A mount point cannot be renamed over: containers have /etc/hosts as one. There the content is written in place, which
 * is all that is left.
 */
async function swap(beside: string, path: string, content: string | Uint8Array): Promise<void> {
  try {
    await rename(beside, path);
  } catch (error) {
    if (systemCode(error) !== 'EBUSY') throw error;
    await using file = await open(path, constants.O_WRONLY | constants.O_TRUNC | constants.O_NOFOLLOW);
    await file.writeFile(content);
    await file.sync();
    await rm(beside, { force: true });
  }
}

/** Owner first: changing it clears the bits for set-user-id. */
export async function give(file: FileHandle, mode: number, owner: OwnerIds | undefined): Promise<void> {
  if (owner !== undefined) await file.chown(owner.uid, owner.gid);
  await file.chmod(mode);
}

/**
 * A symbolic link at the path itself is somebody's arrangement: writing through it would change a file elsewhere,
 * renaming over it would undo the arrangement. So both are refused, and the operator decides. Links among the
 * parents, such as /var/run, are followed.
 */
export async function refuseSurprise(path: string): Promise<void> {
  const found = await ifThere(() => lstat(path));
  if (found?.isSymbolicLink()) {
    throw refused(path, 'written', 'it is a symbolic link, and muster writes neither through nor over one');
  }
  if (found?.isFile() === false) throw refused(path, 'written', 'it is there and not a regular file');
}

/** Makes what is missing above a path: 0755 whatever the umask of whoever started us, since services must read it. */
export async function makeParents(path: string): Promise<void> {
  const parent = dirname(path);
  if (parent === path || (await ifThere(() => lstat(parent))) !== undefined) return;
  await makeParents(parent);
  await mkdir(parent, { recursive: true });
  await chmod(parent, 0o755);
}

async function syncDirectory(path: string): Promise<void> {
  await using directory = await open(path, constants.O_RDONLY | constants.O_DIRECTORY);
  await directory.sync();
}
