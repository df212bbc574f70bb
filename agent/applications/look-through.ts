import type { ReleaseFacts } from '../../roles/model/application.ts';
import { type ApplicationManifest, manifestName } from '../../roles/model/application-manifest.ts';
import { checkLinks, parentsOf } from './links.ts';
import { readManifest } from './read-manifest.ts';
import { refusedArchive } from './refused.ts';
import { type TarEntry, tarEntries } from './tar.ts';

/** Far beyond any application; what is beyond it fills a disk. */
const mostEntries = 200_000;
const mostUnpackedBytes = 4 * 1024 * 1024 * 1024;

/** A manifest is a page of text. */
const longestManifestBytes = 64 * 1024;

/** What was found in an archive that may be unpacked. */
export interface LookedThrough extends Pick<ReleaseFacts, 'kind' | 'manifest'> {
  readonly files: number;
  readonly unpackedBytes: number;
  /** Files that are not unpacked, since they lie where the application writes. */
  readonly leftOut: readonly string[];
}

/** Looks at everything in an archive before anything of it is written. Throws `archive-refused`. */
export async function lookThrough(unpacked: AsyncIterable<Uint8Array>): Promise<LookedThrough> {
  const kinds = new Map<string, TarEntry['kind']>();
  const links = new Map<string, string>();
  let text: string | undefined;
  let unpackedBytes = 0;
  for await (const entry of tarEntries(unpacked)) {
    const { path, kind } = entry;
    const before = kinds.get(path);
    if (before !== undefined && !(before === 'folder' && kind === 'folder')) {
      throw refusedArchive(`${path} is in it twice`);
    }
    kinds.set(path, kind);
    unpackedBytes += entry.bytes;
    if (kinds.size > mostEntries) throw refusedArchive(`it has more than ${String(mostEntries)} files`);
    if (unpackedBytes > mostUnpackedBytes) throw refusedArchive('unpacked it is larger than 4 GiB');
    if (kind === 'link') links.set(path, entry.target);
    if (kind === 'hardlink' && kinds.get(entry.target) !== 'file') {
      throw refusedArchive(`${path} is a second name of ${entry.target}, which is no file before it`);
    }
    if (path === manifestName) text = await textOf(entry);
  }
  for (const path of kinds.keys()) checkParents(path, kinds);
  checkLinks(links);
  const manifest = settled(readManifest(text), kinds);
  const paths = [...kinds.keys()];
  return {
    kind: paths.some((path) => path.endsWith('.php')) ? 'php' : 'static',
    manifest,
    files: [...kinds.values()].filter((kind) => kind !== 'folder').length,
    unpackedBytes,
    leftOut: paths.filter((path) => isWithin(path, manifest.writable) && kinds.get(path) !== 'folder'),
  };
}

/** Whether a path is one of these folders or below one. */
export function isWithin(path: string, folders: readonly string[]): boolean {
  return folders.some((folder) => path === folder || path.startsWith(`${folder}/`));
}

async function textOf(entry: TarEntry): Promise<string> {
  if (entry.kind !== 'file' || entry.bytes > longestManifestBytes) {
    throw refusedArchive(`${manifestName} is no text of at most 64 KiB`);
  }
  const pieces: Uint8Array[] = [];
  for await (const piece of entry.content()) pieces.push(piece);
  return Buffer.concat(pieces).toString('utf8');
}

/** Nothing lies below a file or a link: it would be written somewhere else. */
function checkParents(path: string, kinds: ReadonlyMap<string, TarEntry['kind']>): void {
  for (const parent of parentsOf(path)) {
    const kind = kinds.get(parent);
    if (kind !== undefined && kind !== 'folder')
      throw refusedArchive(`${path} lies below ${parent}, a ${kind}`);
  }
}

/** What the manifest leaves to the archive, and what it says of folders that have to be there. */
function settled(
  manifest: ApplicationManifest,
  kinds: ReadonlyMap<string, TarEntry['kind']>,
): ApplicationManifest {
  const isFolder = (folder: string): boolean =>
    kinds.get(folder) === 'folder' || [...kinds.keys()].some((path) => path.startsWith(`${folder}/`));
  const visible = manifest.public === 'auto' ? (isFolder('public') ? 'public' : '.') : manifest.public;
  if (visible !== '.' && !isFolder(visible)) {
    throw refusedArchive(`${manifestName} names ${visible} as its public folder, and there is none`);
  }
  for (const folder of manifest.writable) {
    if (kinds.has(folder) && kinds.get(folder) !== 'folder') {
      throw refusedArchive(`${folder} is to be written to, and is no folder`);
    }
    for (const parent of parentsOf(folder)) {
      if (kinds.has(parent) && kinds.get(parent) !== 'folder') throw refusedArchive(`${parent} is no folder`);
    }
    if (isWithin(visible, [folder]))
      throw refusedArchive(`the public folder ${visible} is not to be written to`);
  }
  return { ...manifest, public: visible };
}
