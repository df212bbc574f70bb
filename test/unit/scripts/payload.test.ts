import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checksums, hashFolder, payloadVersion } from '../../../scripts/payload.ts';

describe("the payload's names and sums", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'payload-'));
    mkdirSync(join(folder, 'docs'));
    writeFileSync(join(folder, 'muster.mjs'), 'program');
    writeFileSync(join(folder, 'docs/operations.md'), 'manual');
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  it('lists every file by its path below, in order', async () => {
    const files = await hashFolder(folder);
    expect(files.map((file) => file.path)).toEqual(['docs/operations.md', 'muster.mjs']);
  });

  it('writes sums that sha256sum takes', async () => {
    writeFileSync(join(folder, 'SHA256SUMS'), checksums(await hashFolder(folder)));
    const check = (): string =>
      execFileSync('sha256sum', ['--check', '--strict', '--quiet', 'SHA256SUMS'], {
        cwd: folder,
        stdio: 'pipe',
      }).toString();
    expect(check()).toBe('');
    writeFileSync(join(folder, 'muster.mjs'), 'another program');
    expect(check).toThrow();
  });

  it('gives the same content the same version and another content another one', async () => {
    const first = payloadVersion('1.2.3', await hashFolder(folder));
    expect(first).toMatch(/^1\.2\.3-[0-9a-f]{10}$/);
    expect(payloadVersion('1.2.3', await hashFolder(folder))).toBe(first);
    writeFileSync(join(folder, 'docs/operations.md'), 'a better manual');
    expect(payloadVersion('1.2.3', await hashFolder(folder))).not.toBe(first);
  });
});
