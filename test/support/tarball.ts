import { gzipSync } from 'node:zlib';

/** One entry as it stands in an archive, good or evil. */
export interface TarPart {
  readonly path: string;
  /** As in tar: 0 file, 1 second name, 2 link, 3 device, 5 folder. */
  readonly type?: string;
  readonly text?: string;
  readonly target?: string;
}

const block = 512;

/** A tar archive by hand, so that it may hold what no honest program packs. */
export function tarOf(parts: readonly TarPart[]): Buffer {
  return Buffer.concat([...parts.map(entry), Buffer.alloc(2 * block)]);
}

export function tarball(parts: readonly TarPart[]): Buffer {
  return gzipSync(tarOf(parts));
}

function entry({ path, type = '0', text = '', target = '' }: TarPart): Buffer {
  const content = Buffer.from(text);
  const header = Buffer.alloc(block);
  header.write(path, 0, 100);
  header.write('0000644\0', 100);
  header.write(`${content.length.toString(8).padStart(11, '0')}\0`, 124);
  header.write('        ', 148);
  header.write(type, 156);
  header.write(target, 157, 100);
  header.write('ustar\x0000', 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return Buffer.concat([header, content, Buffer.alloc((block - (content.length % block)) % block)]);
}
