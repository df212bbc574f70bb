import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { UnitProperties } from '../../../../../agent/host/services/systemd-show.ts';
import { needsDaemonReload } from '../../../../../agent/host/services/unit-files.ts';

let own: string;
beforeEach(async () => {
  own = await mkdtemp(join(tmpdir(), 'muster-units-'));
});
afterEach(() => rm(own, { recursive: true }));

const loaded: UnitProperties = {
  LoadState: 'loaded',
  ActiveState: 'active',
  UnitFileState: 'enabled',
  InvocationID: 'abc',
  Result: 'success',
  ExecMainCode: '0',
  ExecMainStatus: '0',
  NeedDaemonReload: 'no',
  DropInPaths: '',
};

function needs(change: Partial<UnitProperties>): boolean {
  return needsDaemonReload('x.service', { ...loaded, ...change }, own);
}

async function dropIn(): Promise<string> {
  const path = join(own, 'x.service.d', '50-muster.conf');
  await mkdir(join(own, 'x.service.d'));
  await writeFile(path, '');
  return path;
}

describe('needsDaemonReload', () => {
  it('believes a yes', () => {
    expect(needs({ NeedDaemonReload: 'yes' })).toBe(true);
    expect(needs({})).toBe(false);
  });

  it('sees the first drop-in of a unit, which systemd does not, and one that went', async () => {
    const path = await dropIn();
    const foreign = '/usr/lib/systemd/system/x.service.d/debian.conf';

    expect(needs({})).toBe(true);
    expect(needs({ DropInPaths: `${foreign} ${path}` })).toBe(false);
    await rm(path);
    expect(needs({ DropInPaths: path })).toBe(true);
  });

  it('takes a file that is being written for none', async () => {
    await mkdir(join(own, 'x.service.d'));
    await writeFile(join(own, 'x.service.d', '.50-muster.conf.muster-new'), '');

    expect(needs({})).toBe(false);
  });

  it('sees the file of a unit that was not found', async () => {
    expect(needs({ LoadState: 'not-found' })).toBe(false);
    await writeFile(join(own, 'x.service'), '');
    expect(needs({ LoadState: 'not-found' })).toBe(true);
  });
});
