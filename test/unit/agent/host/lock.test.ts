import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lockAgent, lockPackages } from '../../../../agent/host/lock.ts';
import { identify } from '../../../../agent/host/processes.ts';
import { FakeClock } from '../../../support/fake-clock.ts';

let directory: string;
let path: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'muster-lock-'));
  path = join(directory, 'run', 'agent.pid');
});
afterEach(() => rm(directory, { recursive: true }));

describe('lockAgent', () => {
  it('lets one in, and the next when it is released', async () => {
    const lock = await lockAgent(path);

    await expect(lockAgent(path)).rejects.toMatchObject({
      code: 'agent-running',
      why: `its process is ${String(process.pid)}`,
    });
    await lock.release();
    await (await lockAgent(path)).release();

    expect(await readdir(join(directory, 'run'))).toEqual([]);
  });

  it.each([
    ['a number used again', JSON.stringify({ ...identify(process.pid), startTicks: 1 })],
    ['an earlier boot', JSON.stringify({ ...identify(process.pid), boot: 'before' })],
    ['a process that is gone', JSON.stringify({ ...identify(process.pid), pid: 2 ** 22 + 1 })],
    ['a file cut short', '{"pid":1'],
  ])('takes over from %s', async (_, text) => {
    await (await lockAgent(path)).release();
    await writeFile(path, text);

    await (await lockAgent(path)).release();

    expect(await readdir(join(directory, 'run'))).toEqual([]);
  });
});

describe('lockPackages', () => {
  it('waits until the other is done', async () => {
    const clock = new FakeClock();
    const other = await lockPackages(clock, path);
    const waiting = lockPackages(clock, path);
    await expect.poll(() => clock.sleeping).toBe(1);
    await other.release();
    await clock.advance(500);

    await (await waiting).release();
    expect(await readdir(join(directory, 'run'))).toEqual([]);
  });

  it('says who is at work when that takes too long', async () => {
    const clock = new FakeClock();
    await lockPackages(clock, path);
    const ended = expect(lockPackages(clock, path)).rejects.toMatchObject({
      code: 'packages-failed',
      why: `its process is ${String(process.pid)}`,
    });
    await expect.poll(() => clock.sleeping).toBe(1);
    await clock.advance(10 * 60_000);
    await ended;
  });
});
