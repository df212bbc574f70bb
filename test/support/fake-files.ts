import { MusterError } from '../../roles/model/errors.ts';
import { sha256 } from '../../roles/model/fingerprint.ts';
import type { ObservedFile } from '../../roles/model/observed.ts';
import type { Files, WriteOptions } from '../../roles/model/ports.ts';

interface FakeFile {
  readonly bytes: Uint8Array;
  readonly mode: number;
  readonly owner: string;
}

/** A file system in memory. Tests may look into `files` and change them as another hand would. */
export class FakeFiles implements Files {
  readonly files = new Map<string, FakeFile>();
  readonly directories = new Map<string, WriteOptions>();
  /** Paths that another file system is mounted on: `remove` refuses to cross them. */
  readonly mountPoints = new Set<string>();
  /** Paths whose next writes are refused, with the reason. */
  readonly refusals = new Map<string, string>();
  free = 10 * 1024 ** 3;
  size = 100 * 1024 ** 3;

  constructor(texts: Readonly<Record<string, string>> = {}) {
    for (const [path, text] of Object.entries(texts)) this.put(path, text);
  }

  /** Another hand writes a file. */
  put(path: string, content: string | Uint8Array, mode = 0o644, owner = 'root:root'): void {
    this.files.set(path, { bytes: Buffer.from(content), mode, owner });
  }

  /** Synchronous look for assertions. */
  text(path: string): string | undefined {
    const file = this.files.get(path);
    return file === undefined ? undefined : Buffer.from(file.bytes).toString('utf8');
  }

  async read(path: string): Promise<string | undefined> {
    return this.text(path);
  }

  async readBytes(path: string): Promise<Uint8Array | undefined> {
    return this.files.get(path)?.bytes;
  }

  async inspect(path: string): Promise<ObservedFile | undefined> {
    const file = this.files.get(path);
    return file === undefined
      ? undefined
      : { sha256: sha256(file.bytes), mode: file.mode, owner: file.owner };
  }

  async list(path: string): Promise<readonly string[]> {
    const inside = `${path}/`;
    const names = [...this.files.keys(), ...this.directories.keys()]
      .filter((other) => other.startsWith(inside))
      .map((other) => other.slice(inside.length).split('/')[0] ?? '');
    return [...new Set(names)].sort();
  }

  async write(path: string, content: string | Uint8Array, options: WriteOptions): Promise<void> {
    this.#refuse(path);
    this.put(path, content, options.mode, options.owner);
  }

  async append(path: string, content: string, options: WriteOptions): Promise<void> {
    this.#refuse(path);
    const before = this.files.get(path);
    const { mode, owner } = before ?? options;
    this.put(path, `${this.text(path) ?? ''}${content}`, mode, owner);
  }

  async makeDirectory(path: string, options: WriteOptions): Promise<void> {
    this.#refuse(path);
    this.directories.set(path, options);
  }

  async remove(path: string): Promise<void> {
    this.#refuse(path);
    const within = (other: string): boolean => other === path || other.startsWith(`${path}/`);
    const crossed = [...this.mountPoints].find(within);
    if (crossed !== undefined) throw refused(path, `${crossed} is a mount point`);
    for (const map of [this.files, this.directories]) {
      for (const other of map.keys()) if (within(other)) map.delete(other);
    }
  }

  async freeBytes(): Promise<number> {
    return this.free;
  }

  async sizeBytes(): Promise<number> {
    return this.size;
  }

  #refuse(path: string): void {
    const why = this.refusals.get(path);
    if (why !== undefined) throw refused(path, why);
  }
}

function refused(path: string, why: string): MusterError {
  return new MusterError('file-refused', {
    what: `${path} could not be changed`,
    why,
    next: `ls -ld ${path}`,
  });
}
