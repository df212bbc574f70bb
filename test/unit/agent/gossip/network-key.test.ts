import { expect, test } from 'vitest';
import { ensureNetworkKey, readNetworkKey, writeNetworkKey } from '../../../../agent/gossip/network-key.ts';
import { paths } from '../../../../roles/model/paths.ts';
import { FakeFiles } from '../../../support/fake-files.ts';

test('a new cluster gets a key, once, for root alone', async () => {
  const files = new FakeFiles();
  expect(await ensureNetworkKey(files)).toBe(true);
  const key = await readNetworkKey(files);
  expect(key).toMatch(/^[0-9a-f]{64}$/);
  expect(files.files.get(paths.networkKey)?.mode).toBe(0o600);
  expect(await ensureNetworkKey(files)).toBe(false);
  expect(await readNetworkKey(files)).toBe(key);
});

test('no two clusters have one', async () => {
  const [one, other] = [new FakeFiles(), new FakeFiles()];
  await Promise.all([ensureNetworkKey(one), ensureNetworkKey(other)]);
  expect(await readNetworkKey(one)).not.toBe(await readNetworkKey(other));
});

test('a newcomer reads what it was given', async () => {
  const files = new FakeFiles();
  await writeNetworkKey(files, 'ab'.repeat(32));
  expect(await readNetworkKey(files)).toBe('ab'.repeat(32));
});

test.each([
  ['missing', undefined, 'the file is not there'],
  ['empty', '', 'not 64 hexadecimal'],
  ['cut', 'ab'.repeat(31), 'not 64 hexadecimal'],
  ['another thing', 'zz'.repeat(32), 'not 64 hexadecimal'],
])('a key that is %s is told, and not made anew where there was one', async (_, text, why) => {
  const files = new FakeFiles(text === undefined ? {} : { [paths.networkKey]: text });
  const error = { code: 'state-unreadable', why: expect.stringContaining(why) };
  await expect(readNetworkKey(files)).rejects.toMatchObject(error);
  expect(await ensureNetworkKey(files)).toBe(text === undefined);
});
