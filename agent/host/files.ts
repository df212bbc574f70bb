import { constants, type StatsFs } from 'node:fs';
import {
  chmod,
  chown,
  lstat,
  mkdir,
  open,
  readdir,
  readFile,
  realpath,
  rm,
  stat,
  statfs,
} from 'node:fs/promises';
import { dirname } from 'node:path';
import { sha256 } from '../../roles/model/fingerprint.ts';
import type { ObservedFile } from '../../roles/model/observed.ts';
import type { Files, WriteOptions } from '../../roles/model/ports.ts';
import type { Accounts } from './accounts.ts';
import { give, makeParents, type OwnerIds, refuseSurprise, writeAtomically } from './atomic-write.ts';
import { mountPointsWithin } from './mounts.ts';
import { changing, ifThere, refused } from './refusal.ts';
import { Serial } from './serial.ts';

/** The machine's file system. What cannot be done is `file-refused`, with the reason; nothing is left half-done. */
export class SystemFiles implements Files {
  readonly #accounts: Accounts;
  readonly #writes = new Serial();

  constructor(accounts: Accounts) {
    this.#accounts = accounts;
  }

  async read(path: string): Promise<string | undefined> {
    return changing(path, 'read', () => ifThere(() => readFile(path, 'utf8')));
  }

  async readBytes(path: string): Promise<Uint8Array | undefined> {
    return changing(path, 'read', () => ifThere(() => readFile(path)));
  }

  /** Follows a link, as the service that reads the file does. A directory is not a file: undefined. */
  async inspect(path: string): Promise<ObservedFile | undefined> {
    return changing(path, 'read', async () => {
      const found = await ifThere(() => stat(path));
      if (found?.isFile() !== true) return undefined;
      const content = await ifThere(() => readFile(path));
      if (content === undefined) return undefined;
      const owner = await this.#accounts.ownerName(found.uid, found.gid);
      return { sha256: sha256(content), mode: found.mode & 0o7777, owner };
    });
  }

  async list(path: string): Promise<readonly string[]> {
    const names = await changing(path, 'read', () => ifThere(() => readdir(path)));
    return (names ?? []).sort();
  }

  async write(path: string, content: string | Uint8Array, options: WriteOptions): Promise<void> {
    const owner = await this.#ids(path, options);
    await this.#change(path, 'written', () => writeAtomically(path, content, options.mode, owner));
  }

  /** Not synced: a line that is lost with the power is no half file. Whoever reads must bear a torn last line. */
  async append(path: string, content: string, options: WriteOptions): Promise<void> {
    const owner = await this.#ids(path, options);
    await this.#change(path, 'written', async () => {
      await refuseSurprise(path);
      await makeParents(path);
      const { O_WRONLY, O_APPEND, O_CREAT, O_NOFOLLOW } = constants;
      await using file = await open(path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW, options.mode);
      if ((await file.stat()).size === 0) await give(file, options.mode, owner);
      await file.appendFile(content);
    });
  }

  async makeDirectory(path: string, options: WriteOptions): Promise<void> {
    const owner = await this.#ids(path, options);
    await this.#change(path, 'made', async () => {
      await makeParents(path);
      const found = await ifThere(() => lstat(path));
      if (found === undefined) await mkdir(path);
      else if (!found.isDirectory()) throw refused(path, 'made', 'it is there and not a directory');
      if (owner !== undefined) await chown(path, owner.uid, owner.gid);
      await chmod(path, options.mode);
    });
  }

  /** A link is taken away, what it points to stays. */
  async remove(path: string): Promise<void> {
    await this.#change(path, 'removed', async () => {
      const found = await ifThere(() => lstat(path));
      if (found === undefined) return;
      if (found.isDirectory()) await refuseCrossing(path);
      await rm(path, { recursive: true, force: true });
    });
  }

  async freeBytes(path: string): Promise<number> {
    const { bavail, bsize } = await fileSystemOf(path);
    return bavail * bsize;
  }

  async sizeBytes(path: string): Promise<number> {
    const { blocks, bsize } = await fileSystemOf(path);
    return blocks * bsize;
  }

  async #ids(path: string, { owner }: WriteOptions): Promise<OwnerIds | undefined> {
    if (owner === undefined) return undefined;
    const ids = await this.#accounts.ownerIds(owner);
    if (ids === undefined) throw refused(path, 'written', `there is no ${owner} on this machine`);
    return ids;
  }

  #change(path: string, action: string, change: () => Promise<void>): Promise<void> {
    return this.#writes.run(path, () => changing(path, action, change));
  }
}

/** The file system that holds the nearest parent that is there; no other mount is looked at. */
async function fileSystemOf(path: string): Promise<StatsFs> {
  return (await ifThere(() => statfs(path))) ?? fileSystemOf(dirname(path));
}

/** Nothing is deleted if anything mounted lies at or below: other people's data may be on it. */
async function refuseCrossing(path: string): Promise<void> {
  const [crossed] = await mountPointsWithin(await realpath(path));
  if (crossed !== undefined) throw refused(path, 'removed', `${crossed} is a mount point`);
}
