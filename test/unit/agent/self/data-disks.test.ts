import { describe, expect, it } from 'vitest';
import { type DiskParts, dataDisks } from '../../../../agent/self/data-disks.ts';
import type { StorageView } from '../../../../roles/model/storage.ts';
import type { View } from '../../../../roles/model/view.ts';
import { FakeCommands } from '../../../support/fake-commands.ts';
import { FakeFiles } from '../../../support/fake-files.ts';
import { recordOf, viewOf } from '../../../support/sketches.ts';

const seen = {
  '/proc/sys/vm/swappiness': '60\n',
  '/proc/swaps': 'Filename\tType\tSize\n/dev/sda2                partition\t999\n',
  '/sys/dev/block/9:0/uevent': 'DEVNAME=md0\nDEVTYPE=disk\n',
  '/sys/dev/block/9:0/md/level': 'raid1\n',
  '/sys/dev/block/9:0/md/degraded': '0\n',
};
const point = { type: 'xfs', device: '9:0', options: ['rw', 'noatime'], point: '/srv' };
const sizes = { freeMiB: 10_240, sizeMiB: 102_400 };

function parts(view: View | undefined, part: Partial<DiskParts> = {}): DiskParts {
  return {
    files: new FakeFiles(seen),
    commands: new FakeCommands({ findmnt: { stdout: 'xfs 9:0 rw,noatime /srv\n' } }),
    view: () => view,
    syncTimes: async () => [1, 2, 3],
    ...part,
  };
}

const withDb = viewOf({ ordinal: 1, roles: ['db'] });

function keeping(driver: StorageView['driver']): View {
  const storage = { driver, keeper: recordOf(1).id, bricks: [], since: '2026-01-01T00:00:00.000Z', epoch: 1 };
  return { ...viewOf({ ordinal: 1, roles: ['storage'] }), storage };
}

describe('the disks of data', () => {
  it('are those of the database where one is carried', async () => {
    expect(await dataDisks(parts(withDb))).toEqual({
      database: {
        path: '/var/lib/mysql',
        mount: point,
        ...sizes,
        mirror: { state: 'whole', array: 'md0', level: 'raid1' },
        swap: { swappiness: 60, devices: ['/dev/sda2'] },
        syncs: { timesMs: [1, 2, 3] },
      },
    });
  });

  it.each([
    { driver: 'gluster', files: { path: '/srv/muster', mount: point, ...sizes, gluster: true } },
    { driver: 'local', files: { path: '/srv/muster', mount: point, ...sizes, gluster: false } },
    { driver: 'external', files: undefined },
  ] as const)('are those of the common files with $driver', async ({ driver, files }) => {
    expect((await dataDisks(parts(keeping(driver)))).files).toEqual(files);
  });

  it('are none on other nodes, and before anything is decided', async () => {
    expect(await dataDisks(parts(viewOf({ ordinal: 1 })))).toEqual({});
    expect(await dataDisks(parts(undefined))).toEqual({});
  });

  it('are unknown where nothing tells', async () => {
    const silent = { files: new FakeFiles(), commands: new FakeCommands(), syncTimes: async () => undefined };
    expect((await dataDisks(parts(withDb, silent))).database).toEqual({
      path: '/var/lib/mysql',
      ...sizes,
      mirror: { state: 'unknown' },
      swap: { devices: [] },
      syncs: undefined,
    });
  });

  it('say why nothing can be written', async () => {
    const refusing = { syncTimes: () => Promise.reject(new Error('read-only file system')) };
    expect((await dataDisks(parts(withDb, refusing))).database?.syncs).toEqual({
      error: 'read-only file system',
    });
  });
});
