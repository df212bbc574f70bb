import { refusedArchive } from './refused.ts';
import { TarBytes } from './tar-bytes.ts';

/** One thing in an archive. `content` of a file has to be read before the next entry is asked for, or is skipped. */
export interface TarEntry {
  /** Relative, without a step up, `.` or a trailing slash. */
  readonly path: string;
  readonly kind: 'file' | 'folder' | 'link' | 'hardlink';
  readonly executable: boolean;
  readonly bytes: number;
  /** Where a link leads, as it stands there. */
  readonly target: string;
  readonly content: () => AsyncIterable<Uint8Array>;
}

const blockBytes = 512;

/** A longer name, or a longer header of extensions, is nobody's. */
const longestNameBytes = 64 * 1024;

/**
 * The entries of an unpacked tar archive (ustar, pax and GNU's long names), in order. Device files, pipes and paths
 * that leave the folder are refused with `archive-refused`, as is an archive that is cut off.
 */
export async function* tarEntries(source: AsyncIterable<Uint8Array>): AsyncGenerator<TarEntry> {
  const bytes = new TarBytes(source);
  try {
    yield* entriesIn(bytes);
  } finally {
    await bytes.close();
  }
}

async function* entriesIn(bytes: TarBytes): AsyncGenerator<TarEntry> {
  let extra: Extra = {};
  for (;;) {
    const header = await bytes.take(blockBytes, true);
    if (header === undefined || header.every((byte) => byte === 0)) return;
    checkSum(header);
    const size = extra.size ?? numberAt(header, 124, 12);
    const type = String.fromCharCode(header[156] ?? 0);
    if ('xgLK'.includes(type) && type !== '') {
      const text = await wholeText(bytes, numberAt(header, 124, 12));
      extra = type === 'g' ? extra : { ...extra, ...extraOf(type, text) };
      continue;
    }
    const kind = kindOf(type, textAt(header, 0, 100));
    const content = kind === 'file' ? size : 0;
    const path = safePath(extra.path ?? ustarName(header));
    const target = extra.target ?? textAt(header, 157, 100);
    const executable = (numberAt(header, 100, 8) & 0o100) !== 0;
    let left = content;
    if (path !== '') {
      yield {
        path,
        kind,
        executable,
        bytes: content,
        target: kind === 'hardlink' ? safePath(target) : target,
        content: async function* () {
          while (left > 0) {
            const piece = await bytes.some(left);
            left -= piece.length;
            yield piece;
          }
        },
      };
    }
    await bytes.skip(left + padding(content));
    extra = {};
  }
}

/** What an entry before says of the next one. */
interface Extra {
  readonly path?: string;
  readonly target?: string;
  readonly size?: number;
}

function extraOf(type: string, text: string): Extra {
  if (type === 'L') return { path: text.replace(/\0.*$/s, '') };
  if (type === 'K') return { target: text.replace(/\0.*$/s, '') };
  const found: { path?: string; target?: string; size?: number } = {};
  for (const [, key, value = ''] of text.matchAll(/^\d+ ([^=\n]+)=([^\n]*)\n/gm)) {
    if (key === 'path') found.path = value;
    if (key === 'linkpath') found.target = value;
    if (key === 'size') found.size = Number(value);
  }
  return found;
}

function kindOf(type: string, name: string): TarEntry['kind'] {
  if (type === '0' || type === '\0' || type === '7') return name.endsWith('/') ? 'folder' : 'file';
  if (type === '5') return 'folder';
  if (type === '2') return 'link';
  if (type === '1') return 'hardlink';
  throw refusedArchive(`${name} is neither a file nor a folder nor a link`);
}

/** The path without what means nothing; empty for the folder itself. */
export function safePath(name: string): string {
  if (/[\p{Cc}\\]/u.test(name))
    throw refusedArchive(`a name has a control character or a backslash: ${JSON.stringify(name)}`);
  if (name.startsWith('/')) throw refusedArchive(`${name} is a path from the root of the machine`);
  const parts = name.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.includes('..')) throw refusedArchive(`${name} leads out of the application`);
  const path = parts.join('/');
  if (Buffer.byteLength(path) > 1_000 || parts.some((part) => Buffer.byteLength(part) > 255)) {
    throw refusedArchive(`a path is too long: ${path.slice(0, 80)}…`);
  }
  return path;
}

async function wholeText(bytes: TarBytes, size: number): Promise<string> {
  if (size > longestNameBytes) throw refusedArchive('a name in it is longer than any can be');
  const text = await bytes.take(size);
  await bytes.skip(padding(size));
  return Buffer.from(text ?? []).toString('utf8');
}

function padding(size: number): number {
  return (blockBytes - (size % blockBytes)) % blockBytes;
}

function ustarName(header: Uint8Array): string {
  const prefix = textAt(header, 257, 5) === 'ustar' && header[262] === 0 ? textAt(header, 345, 155) : '';
  const name = textAt(header, 0, 100);
  return prefix === '' ? name : `${prefix}/${name}`;
}

function textAt(header: Uint8Array, offset: number, length: number): string {
  const field = header.subarray(offset, offset + length);
  const end = field.indexOf(0);
  return Buffer.from(end < 0 ? field : field.subarray(0, end)).toString('utf8');
}

/** Octal, or base 256 where the first bit is set. */
function numberAt(header: Uint8Array, offset: number, length: number): number {
  const field = header.subarray(offset, offset + length);
  const large = ((field[0] ?? 0) & 0x80) !== 0;
  const value = large
    ? field.subarray(1).reduce((sum, byte) => sum * 256 + byte, 0)
    : Number.parseInt(textAt(header, offset, length).trim() || '0', 8);
  if (Number.isSafeInteger(value) && value >= 0) return value;
  throw refusedArchive('a number in it cannot be read');
}

function checkSum(header: Uint8Array): void {
  const sum = header.reduce((total, byte, at) => total + (at >= 148 && at < 156 ? 0x20 : byte), 0);
  if (sum !== numberAt(header, 148, 8)) throw refusedArchive('it is damaged, or no tar archive');
}
