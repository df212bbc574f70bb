import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** One file of the payload: its path below the payload's folder and the SHA-256 of its content. */
export interface PayloadFile {
  readonly path: string;
  readonly sha256: string;
}

/** 40 bits of the content's hash: enough to tell the builds of one version apart, short enough to read out. */
const contentCharacters = 10;

/** Every file below a folder with its hash, in the order of their paths. */
export async function hashFolder(folder: string): Promise<readonly PayloadFile[]> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = found
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
  return Promise.all(
    paths.map(async (path) => ({
      path,
      sha256: createHash('sha256')
        .update(await readFile(join(folder, path)))
        .digest('hex'),
    })),
  );
}

/** The text that `sha256sum --check` reads. */
export function checksums(files: readonly PayloadFile[]): string {
  return files.map((file) => `${file.sha256}  ${file.path}\n`).join('');
}

/** `<package version>-<hash of the content>`: another content is another version, the same content the same. */
export function payloadVersion(packageVersion: string, files: readonly PayloadFile[]): string {
  const content = createHash('sha256').update(checksums(files)).digest('hex');
  return `${packageVersion}-${content.slice(0, contentCharacters)}`;
}
