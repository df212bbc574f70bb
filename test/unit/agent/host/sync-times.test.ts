import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { syncTimes } from '../../../../agent/host/sync-times.ts';

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'sync-'));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

test('small writes are timed, and nothing is left behind', async () => {
  const path = await folder();
  const times = await syncTimes(path);

  expect(times?.length).toBeGreaterThan(0);
  expect(times?.every((time) => time > 0)).toBe(true);
  expect(await readdir(path)).toEqual([]);
});

test('a directory that is not there has no times', async () => {
  expect(await syncTimes(join(await folder(), 'nowhere'))).toBeUndefined();
});

test('what cannot be written to is told', async () => {
  await expect(syncTimes('/sys')).rejects.toMatchObject({ code: 'file-refused' });
});
