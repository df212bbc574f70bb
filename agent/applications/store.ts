import type { Application, Release, ReleaseFacts, ReleaseId } from '../../roles/model/application.ts';
import { applicationPaths, archivePath, releasePath } from '../../roles/model/application-paths.ts';
import { MusterError, messageOf } from '../../roles/model/errors.ts';
import type { Clock, Files } from '../../roles/model/ports.ts';
import type { ReleaseFiles, TreeEntry } from '../host/release-tree.ts';
import { isWithin, type LookedThrough, lookThrough } from './look-through.ts';
import { refusedArchive } from './refused.ts';
import { tarEntries } from './tar.ts';

export interface ReleaseStoreParts {
  readonly files: Files;
  readonly releases: ReleaseFiles;
  readonly clock: Clock;
}

/** WordPress with a hundred plugins has less. */
const mostArchiveBytes = 1024 * 1024 * 1024;

/** An archive that no decision speaks of may be one whose decision is just being made. */
const strayArchiveMs = 3_600_000;

/** What an archive turned out to be. */
export interface TakenArchive extends ReleaseFacts {
  readonly files: number;
  readonly leftOut: readonly string[];
}

/** The archives and the unpacked releases on this machine. */
export class ReleaseStore {
  readonly #parts: ReleaseStoreParts;

  constructor(parts: ReleaseStoreParts) {
    this.#parts = parts;
  }

  /** Takes an archive from the operator: whole, of this checksum, and fit to be unpacked anywhere. */
  async receive(name: string, wanted: string, stream: AsyncIterable<Uint8Array>): Promise<TakenArchive> {
    const path = archivePath(name, wanted);
    const { sha256, bytes } = await this.#take(path, wanted, stream);
    try {
      const { kind, manifest, files, leftOut } = await this.#look(path);
      return { sha256, bytes, kind, manifest, files, leftOut };
    } catch (error) {
      await this.#parts.files.remove(path);
      throw error;
    }
  }

  /** Takes an archive from another node. */
  async fetch(name: string, { sha256 }: Release, stream: AsyncIterable<Uint8Array>): Promise<void> {
    await this.#take(archivePath(name, sha256), sha256, stream);
  }

  async hasArchive(name: string, { sha256 }: Pick<Release, 'sha256'>): Promise<boolean> {
    return (await this.archives(name)).includes(sha256);
  }

  /** The checksums of the archives that are here. */
  async archives(name: string): Promise<readonly string[]> {
    const names = await this.#parts.files.list(applicationPaths(name).archives);
    return names.filter((one) => one.endsWith('.tar.gz')).map((one) => one.replace('.tar.gz', ''));
  }

  /** The releases that are unpacked here. */
  async unpacked(name: string): Promise<readonly ReleaseId[]> {
    const names = await this.#parts.files.list(applicationPaths(name).releases);
    return names.filter((one) => /^r\d+$/.test(one));
  }

  /** Unpacks a release from its archive here; its writable folders lead to the common file system, and need not be there. */
  async unpack(name: string, release: Release): Promise<void> {
    const { releases } = this.#parts;
    const { writable } = release.manifest;
    const archive = archivePath(name, release.sha256);
    await this.#look(archive);
    const { shared } = applicationPaths(name);
    const links = Object.fromEntries(writable.map((folder) => [folder, `${shared}/${folder}`]));
    await releases.place(
      releasePath(name, release.id),
      unpackable(releases.gunzip(archive), writable),
      links,
    );
  }

  /** Takes away what no decision speaks of any more. Returns what went. */
  async forget(application: Pick<Application, 'name' | 'releases'>): Promise<readonly string[]> {
    const { name, releases } = application;
    const { files, clock } = this.#parts;
    const folders = applicationPaths(name);
    const gone: string[] = [];
    const ids = new Set(releases.map(({ id }) => id));
    for (const id of await files.list(folders.releases)) {
      if (ids.has(id.replace(/^\.(r\d+)\.part$/, '$1'))) continue;
      await files.remove(`${folders.releases}/${id}`);
      gone.push(id);
    }
    const known = new Set(releases.map(({ sha256 }) => `${sha256}.tar.gz`));
    const ages = await this.#parts.releases.ages(folders.archives, clock.now());
    for (const [one, ageMs] of Object.entries(ages)) {
      if (!known.has(one) && ageMs > strayArchiveMs) await files.remove(`${folders.archives}/${one}`);
    }
    return gone;
  }

  async #take(
    path: string,
    wanted: string,
    stream: AsyncIterable<Uint8Array>,
  ): Promise<{ sha256: string; bytes: number }> {
    return this.#parts.releases.take(path, stream, {
      mostBytes: mostArchiveBytes,
      accept: async ({ sha256 }) => {
        if (sha256 === wanted) return path;
        throw refusedArchive(`its checksum is ${sha256}, and ${wanted} was to come`);
      },
    });
  }

  async #look(path: string): Promise<LookedThrough> {
    try {
      return await lookThrough(this.#parts.releases.gunzip(path));
    } catch (error) {
      if (error instanceof MusterError) throw error;
      throw refusedArchive(`it is no tar archive packed by gzip: ${messageOf(error)}`, error);
    }
  }
}

/** All but what lies where the application writes. */
async function* unpackable(
  bytes: AsyncIterable<Uint8Array>,
  writable: readonly string[],
): AsyncGenerator<TreeEntry> {
  for await (const entry of tarEntries(bytes)) if (!isWithin(entry.path, writable)) yield entry;
}
