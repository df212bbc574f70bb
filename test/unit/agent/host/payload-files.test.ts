import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { payloadFiles } from '../../../../agent/host/payload-files.ts';

const hash = 'a'.repeat(64);
const listed = ['install.sh', 'docs/cli.md', 'not there', '../secret', 'docs/../../secret', '/etc/passwd'];
const list = listed.map((name) => `${hash}  ${name}\n`).join('');

let parent: string;
let folder: string;
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'muster-payload-'));
  folder = join(parent, '1.0');
  await mkdir(join(folder, 'docs'), { recursive: true });
  await writeFile(join(parent, 'secret'), 'secret');
  await writeFile(join(folder, 'SHA256SUMS'), list);
  await writeFile(join(folder, 'install.sh'), '#!/bin/sh\n');
  await writeFile(join(folder, 'docs/cli.md'), 'x'.repeat(200_000));
  await writeFile(join(folder, 'unlisted'), 'unlisted');
});
afterEach(() => rm(parent, { recursive: true }));

test.each([
  ['install.sh', '#!/bin/sh\n'],
  ['docs/cli.md', 'x'.repeat(200_000)],
  ['SHA256SUMS', list],
])('%s goes out whole', async (path, text) => {
  const file = await payloadFiles(folder).open(path);
  expect(file?.bytes).toBe(text.length);
  expect(await new Response(file?.stream).text()).toBe(text);
});

test.each([
  ['what is not listed', 'unlisted'],
  ['what is listed and not there', 'not there'],
  ['nothing', ''],
  ['a folder', 'docs'],
  ['the folder itself', '.'],
  ['another way to a file', './install.sh'],
  ['a line of the list', `${hash}  install.sh`],
  ['what lies beside the folder, though it is listed', '../secret'],
  ['what lies beside the folder, by a detour', 'docs/../../secret'],
  ['what lies elsewhere, though it is listed', '/etc/passwd'],
])('%s does not', async (_, path) => {
  expect(await payloadFiles(folder).open(path)).toBeUndefined();
});

test('a checkout has nothing to give', async () => {
  await rm(join(folder, 'SHA256SUMS'));
  const files = payloadFiles(folder);
  expect([await files.open('install.sh'), await files.open('SHA256SUMS')]).toEqual([undefined, undefined]);
});

test('a new payload is seen at once', async () => {
  const files = payloadFiles(folder);
  await writeFile(join(folder, 'SHA256SUMS'), `${hash}  unlisted\n`);
  expect(await files.open('install.sh')).toBeUndefined();
  const file = await files.open('unlisted');
  expect(await new Response(file?.stream).text()).toBe('unlisted');
});
