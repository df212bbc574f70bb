import {
  chmod,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Accounts } from '../../../../agent/host/accounts.ts';
import { SystemFiles } from '../../../../agent/host/files.ts';
import { parseMountPoints } from '../../../../agent/host/mounts.ts';
import { sha256 } from '../../../../roles/model/fingerprint.ts';

let directory: string;
const files = new SystemFiles(new Accounts());
const at = (name: string): string => join(directory, name);

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'muster-files-'));
});
afterEach(() => rm(directory, { recursive: true }));

describe('write', () => {
  it('makes parents, sets content and mode whatever was there, leaves nothing beside', async () => {
    await files.write(at('a/b/c.conf'), 'one', { mode: 0o600 });
    await chmod(at('a/b/c.conf'), 0o777);
    await files.write(at('a/b/c.conf'), 'two', { mode: 0o640 });

    expect(await files.read(at('a/b/c.conf'))).toBe('two');
    expect((await stat(at('a/b/c.conf'))).mode & 0o777).toBe(0o640);
    expect((await stat(at('a/b'))).mode & 0o777).toBe(0o755);
    expect(await readdir(at('a/b'))).toEqual(['c.conf']);
  });

  it('takes away what a crash left beside', async () => {
    await writeFile(at('.x.muster-new'), 'half');

    await files.write(at('x'), 'whole', { mode: 0o644 });

    expect(await readdir(directory)).toEqual(['x']);
  });

  it('lets many writers of one path go one after another', async () => {
    const texts = Array.from({ length: 20 }, (_, index) => String(index).repeat(10_000));

    await Promise.all(texts.map((text) => files.write(at('x'), text, { mode: 0o644 })));

    expect(await files.read(at('x'))).toBe(texts.at(-1));
  });

  it('writes neither through nor over a symbolic link', async () => {
    await writeFile(at('theirs'), 'theirs');
    await symlink(at('theirs'), at('link'));

    await expect(files.write(at('link'), 'ours', { mode: 0o644 })).rejects.toMatchObject({
      code: 'file-refused',
      why: 'it is a symbolic link, and muster writes neither through nor over one',
    });
    await expect(files.append(at('link'), 'ours', { mode: 0o644 })).rejects.toMatchObject({
      code: 'file-refused',
    });
    expect(await readFile(at('theirs'), 'utf8')).toBe('theirs');
    expect((await lstat(at('link'))).isSymbolicLink()).toBe(true);
  });

  it('refuses an owner that this machine does not know, and a directory, before anything is changed', async () => {
    await expect(files.write(at('x'), '', { mode: 0o644, owner: 'nobody-here:root' })).rejects.toMatchObject({
      code: 'file-refused',
      why: 'there is no nobody-here:root on this machine',
    });
    await mkdir(at('d'));
    await expect(files.write(at('d'), '', { mode: 0o644 })).rejects.toMatchObject({ code: 'file-refused' });
    expect(await readdir(directory)).toEqual(['d']);
  });
});

describe('inspect', () => {
  it('gives hash, mode and owner by name', async () => {
    await files.write(at('x'), 'text', { mode: 0o640 });
    const owner = await new Accounts().ownerName(process.getuid?.() ?? 0, process.getgid?.() ?? 0);

    expect(await files.inspect(at('x'))).toEqual({ sha256: sha256('text'), mode: 0o640, owner });
  });

  it('has no answer for what is not there, or not a file', async () => {
    expect(await files.inspect(at('none'))).toBeUndefined();
    expect(await files.inspect(directory)).toBeUndefined();
    expect(await files.read(at('none/deeper'))).toBeUndefined();
    expect(await files.readBytes(at('none'))).toBeUndefined();
    expect(await files.list(at('none'))).toEqual([]);
  });
});

describe('append', () => {
  it('adds to the end; mode and owner are set when the file is made', async () => {
    await files.append(at('log'), 'one\n', { mode: 0o600 });
    await chmod(at('log'), 0o640);
    await files.append(at('log'), 'two\n', { mode: 0o600 });

    expect(await files.read(at('log'))).toBe('one\ntwo\n');
    expect((await stat(at('log'))).mode & 0o777).toBe(0o640);
  });
});

describe('remove', () => {
  it('takes files, trees and links away, and bears that nothing is there', async () => {
    await files.write(at('tree/deep/file'), '', { mode: 0o644 });
    await symlink('/etc/hostname', at('link'));

    await files.remove(at('tree'));
    await files.remove(at('link'));
    await files.remove(at('none'));

    expect(await readdir(directory)).toEqual([]);
  });

  it('refuses where something is mounted at or below', async () => {
    await expect(files.remove('/proc')).rejects.toMatchObject({
      code: 'file-refused',
      why: '/proc is a mount point',
    });
    await symlink('/proc', at('link'));
    await files.remove(at('link'));
  });
});

describe('makeDirectory', () => {
  it('makes it with its mode, and puts the mode right where it is', async () => {
    await files.makeDirectory(at('a/b'), { mode: 0o700 });
    await files.makeDirectory(at('a/b'), { mode: 0o711 });

    expect((await stat(at('a/b'))).mode & 0o777).toBe(0o711);
  });

  it('refuses a file in the way', async () => {
    await files.write(at('x'), '', { mode: 0o644 });

    await expect(files.makeDirectory(at('x'), { mode: 0o755 })).rejects.toMatchObject({
      code: 'file-refused',
    });
  });
});

describe('freeBytes and sizeBytes', () => {
  it('ask the nearest parent that is there', async () => {
    const free = await files.freeBytes(at('not/yet/there'));

    expect(free).toBeGreaterThan(0);
    expect(await files.sizeBytes(at('not/yet/there'))).toBeGreaterThan(free);
  });
});

describe('parseMountPoints', () => {
  it('reads the fifth field and its escapes', () => {
    const text = [
      '21 26 0:19 / /proc rw,nosuid shared:12 - proc proc rw',
      '45 26 8:1 /x /srv/with\\040blank rw - ext4 /dev/sda1 rw',
      '',
    ].join('\n');

    expect(parseMountPoints(text)).toEqual(['/proc', '/srv/with blank']);
  });
});
