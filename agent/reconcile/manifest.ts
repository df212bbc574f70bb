import * as z from 'zod';
import { MusterError } from '../../roles/model/errors.ts';
import { sha256 } from '../../roles/model/fingerprint.ts';
import type { Files } from '../../roles/model/ports.ts';

/** What stood at a path before muster first wrote there; its content lies in former/<sha256>. */
const Former = z.strictObject({ sha256: z.string(), mode: z.int(), owner: z.string() });

const FileEntry = z.strictObject({
  written: z.string().nullable(),
  former: Former.nullable(),
  /** SHA-256 of the text it was made from, where secrets were put into it. */
  source: z.string().exactOptional(),
});

const ManifestData = z.strictObject({
  version: z.literal(1),
  /** Path to what muster last wrote there (null: about to, for the first time) and what was there before (null: nothing). */
  files: z.record(z.string(), FileEntry),
  /** Directories that muster made, in order of making. */
  directories: z.array(z.string()),
  /** Packages that came with muster, dependencies included. */
  packages: z.array(z.string()),
  /** Units that muster enabled. */
  services: z.array(z.string()),
  /** Unit to the fingerprint of the files it last started or reloaded with. */
  loaded: z.record(z.string(), z.string()),
});
export type ManifestData = z.infer<typeof ManifestData>;

const empty: ManifestData = {
  version: 1,
  files: {},
  directories: [],
  packages: [],
  services: [],
  loaded: {},
};

/**
 * What muster did to this machine: enough to undo it. Every change is on disk before the change it tells of is made,
 * so that a cut leaves at worst an entry for something that was not done yet.
 */
export class Manifest {
  readonly #files: Files;
  readonly #directory: string;
  #data: ManifestData;
  /** Writes go one after another: role loops share one manifest. */
  #queue: Promise<void> = Promise.resolve();

  constructor(files: Files, directory: string, data: ManifestData) {
    this.#files = files;
    this.#directory = directory;
    this.#data = data;
  }

  entries(): ManifestData {
    return this.#data;
  }

  /** Where the content of a former file lies. */
  formerPath(hash: string): string {
    return `${this.#directory}/former/${hash}`;
  }

  /** Keeps what stands at `path` before muster writes there for the first time. */
  async keepFormer(path: string): Promise<void> {
    if (this.#data.files[path] !== undefined) return;
    const [found, content] = [await this.#files.inspect(path), await this.#files.readBytes(path)];
    const former = found === undefined || content === undefined ? null : found;
    if (former !== null && content !== undefined) {
      await this.#files.write(this.formerPath(former.sha256), content, { mode: 0o600 });
    }
    await this.#change((data) => ({ files: { ...data.files, [path]: { written: null, former } } }));
  }

  /** `source`: the text before secrets were put into it. */
  async recordWritten(path: string, content: string | Uint8Array, source?: string): Promise<void> {
    await this.#change((data) => ({
      files: {
        ...data.files,
        [path]: {
          former: data.files[path]?.former ?? null,
          written: sha256(content),
          ...(source === undefined ? {} : { source: sha256(source) }),
        },
      },
    }));
  }

  /** A file of ours that is no longer there. */
  async forgetFile(path: string): Promise<void> {
    await this.#change((data) => {
      const { [path]: _gone, ...files } = data.files;
      return { files };
    });
  }

  async recordDirectory(path: string): Promise<void> {
    await this.#change((data) => ({ directories: union(data.directories, [path]) }));
  }

  async recordPackages(names: readonly string[]): Promise<void> {
    await this.#change((data) => ({ packages: union(data.packages, names) }));
  }

  async recordService(unit: string): Promise<void> {
    await this.#change((data) => ({ services: union(data.services, [unit]) }));
  }

  /** Undefined forgets: the next plan reloads or restarts the unit. */
  async setLoaded(unit: string, fingerprint: string | undefined): Promise<void> {
    if (this.#data.loaded[unit] === fingerprint) return;
    await this.#change((data) => {
      const { [unit]: _before, ...loaded } = data.loaded;
      return { loaded: fingerprint === undefined ? loaded : { ...loaded, [unit]: fingerprint } };
    });
  }

  async #change(change: (data: ManifestData) => Partial<ManifestData>): Promise<void> {
    const write = this.#queue.then(async () => {
      const path = manifestPath(this.#directory);
      // Another process may have written since: init repairs while the agent works.
      const text = await this.#files.read(path);
      const now = text === undefined ? this.#data : parse(path, text);
      const next = { ...now, ...change(now) };
      await this.#files.write(path, `${JSON.stringify(next, null, 2)}\n`, { mode: 0o600 });
      this.#data = next;
    });
    // A failed write rejects for its caller; the next one starts from the data as they are on disk.
    this.#queue = write.catch(() => undefined);
    await write;
  }
}

/** Opens the manifest below `directory` (/var/lib/muster), empty where there is none. */
export async function openManifest(files: Files, directory: string): Promise<Manifest> {
  const path = manifestPath(directory);
  const text = await files.read(path);
  if (text === undefined) return new Manifest(files, directory, empty);
  return new Manifest(files, directory, parse(path, text));
}

function parse(path: string, text: string): ManifestData {
  try {
    return ManifestData.parse(JSON.parse(text));
  } catch (cause) {
    throw new MusterError('state-unreadable', {
      what: `${path} cannot be read`,
      why: 'it is not the manifest that muster wrote',
      next: `restore ${path} from a backup, or move it away and run ./install.sh again`,
      cause,
    });
  }
}

function manifestPath(directory: string): string {
  return `${directory}/manifest.json`;
}

function union(known: readonly string[], more: readonly string[]): string[] {
  return [...new Set([...known, ...more])];
}
