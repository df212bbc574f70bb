import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lockAgent } from '../../../../agent/host/lock.ts';
import { identify } from '../../../../agent/host/processes.ts';

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
