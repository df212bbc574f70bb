import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bundle } from '../../../scripts/bundle.ts';

const run = promisify(execFile);

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'muster-bundle-'));
});

afterEach(() => rm(folder, { recursive: true }));

/** What a program of these lines says once it is bundled. */
async function said(...lines: readonly string[]): Promise<string> {
  await writeFile(join(folder, 'program.ts'), lines.join('\n'));
  await bundle(folder, { program: 'program.ts' }, join(folder, 'out'));
  const { stdout } = await run(process.execPath, [join(folder, 'out/program.mjs')]);
  return stdout.trim();
}

describe('a bundle', () => {
  it.each([
    "import { createServer } from 'node:http';",
    "import http from 'http'; const { createServer } = http;",
    "const { createServer } = await import('node:http');",
  ])('has what it uses of HTTP, and does not load what it does not: %s', async (line) => {
    const loaded = "process.moduleLoadList.filter((name) => name.includes('undici')).length";
    expect(await said(line, `console.log(typeof createServer, ${loaded});`)).toBe('function 0');
  });
});
