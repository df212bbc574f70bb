import { createHash } from 'node:crypto';
import { mkdtemp, readFile, readlink, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { tarEntries } from '../../../../agent/applications/tar.ts';
import { releaseFiles } from '../../../../agent/host/release-tree.ts';
import { type TarPart, tarball } from '../../../support/tarball.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'muster-test-'));
});
afterEach(async () => rm(folder, { recursive: true, force: true }));

async function placed(
  parts: readonly TarPart[],
  links: Readonly<Record<string, string>> = {},
): Promise<string> {
  const archive = join(folder, 'a.tar.gz');
  await writeFile(archive, tarball(parts));
  const into = join(folder, 'releases/r1');
  await releaseFiles.place(into, tarEntries(releaseFiles.gunzip(archive)), links);
  return into;
}

describe('releases on disk', () => {
  it('are unpacked whole, links last', async () => {
    const into = await placed(
      [
        { path: 'here', type: '2', target: 'sub' },
        { path: 'sub/x', text: 'content' },
        { path: 'y', type: '1', target: 'sub/x' },
      ],
      { uploads: '/somewhere/uploads' },
    );

    expect(await readFile(join(into, 'here/x'), 'utf8')).toBe('content');
    expect(await readFile(join(into, 'y'), 'utf8')).toBe('content');
    expect(await readlink(join(into, 'uploads'))).toBe('/somewhere/uploads');
    expect((await stat(join(into, 'sub/x'))).mode & 0o777).toBe(0o644);
  });

  it('have no name where the archive is cut off, and are whole the next time', async () => {
    const archive = join(folder, 'a.tar.gz');
    await writeFile(archive, tarball([{ path: 'x', text: 'x'.repeat(5_000) }]));
    const whole = await readFile(archive);
    await writeFile(archive, whole.subarray(0, whole.length - 20));
    const into = join(folder, 'releases/r1');
    const place = (): Promise<void> => releaseFiles.place(into, tarEntries(releaseFiles.gunzip(archive)), {});

    await expect(place()).rejects.toThrow();
    await expect(stat(into)).rejects.toThrow();
    await writeFile(archive, whole);
    await place();
    expect((await stat(join(into, 'x'))).size).toBe(5_000);
  });

  it('leave nothing of an archive that is not accepted, or too large', async () => {
    const path = join(folder, 'kept');
    const take = (mostBytes: number, fits: boolean): Promise<unknown> =>
      releaseFiles.take(path, Readable.from([Buffer.from('content')]), {
        mostBytes,
        accept: async ({ sha256 }) => {
          if (!fits) throw new Error(`it is ${sha256}`);
          return path;
        },
      });

    await expect(take(3, true)).rejects.toMatchObject({ code: 'file-refused' });
    await expect(take(100, false)).rejects.toThrow(createHash('sha256').update('content').digest('hex'));
    expect(Object.keys(await releaseFiles.ages(folder, new Date()))).toEqual([]);
    await take(100, true);
    expect(await readFile(path, 'utf8')).toBe('content');
  });
});
