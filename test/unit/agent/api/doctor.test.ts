import { expect, test } from 'vitest';
import { DoctorReport } from '../../../../agent/api/contract.ts';
import { doctorReport } from '../../../../agent/api/doctor/doctor.ts';
import type { DatabaseDisk, Examination, FilesDisk } from '../../../../agent/api/doctor/examination.ts';
import { sampleHardware } from '../../../support/sample-views.ts';

const state = { unit: 'haproxy.service', installed: true, active: 'active', enabled: true } as const;

const healthy: Examination = {
  hardware: sampleHardware,
  services: [{ service: { label: 'HAProxy' }, state }],
  clockSynchronised: true,
  certificateDaysLeft: 80.5,
  store: { writable: true, sentence: 'the store answers' },
  driftsLastHour: 0,
  dns: [{ name: 'deb.debian.org' }],
};

const mount = { point: '/srv', type: 'xfs', device: '8:1', options: ['rw', 'noatime'] } as const;

const database: DatabaseDisk = {
  path: '/var/lib/mysql',
  mount,
  freeMiB: 5_000,
  sizeMiB: 20_000,
  mirror: { state: 'whole', array: 'md0', level: 'raid10' },
  swap: { swappiness: 60, devices: [] },
  syncs: { timesMs: [30, 1, 2, 3, 40] },
};

const files: FilesDisk = { path: '/srv/muster', mount, freeMiB: 5_000, sizeMiB: 20_000, gluster: true };

function withDatabase(part: Partial<DatabaseDisk>): Examination {
  return { ...healthy, database: { ...database, ...part } };
}

function withFiles(part: Partial<FilesDisk>): Examination {
  return { ...healthy, files: { ...files, ...part } };
}

function withDisk(freeMiB: number): Examination {
  return { ...healthy, hardware: { ...sampleHardware, disk: { ...sampleHardware.disk, freeMiB } } };
}

function withService(part: object): Examination {
  return { ...healthy, services: [{ service: { label: 'HAProxy' }, state: { ...state, ...part } }] };
}

test('a healthy machine has nothing to do', () => {
  const web = { writes: 'up', reads: 'up', shared: 'gluster', 'serves.shop': '20260101-120000-abcd' };
  const { findings } = DoctorReport.parse(doctorReport({ ...healthy, database, files, web }, []));

  expect(findings.filter(({ level, next }) => level !== 'ok' || next !== '')).toEqual([]);
});

test('a service that the agent alone starts does not start with the machine', () => {
  const keepalived = {
    service: { label: 'keepalived', startedBy: 'agent' },
    state: { ...state, enabled: false },
  } as const;

  expect(doctorReport({ ...healthy, services: [keepalived] }, []).findings[0]).toMatchObject({ level: 'ok' });
});

test.each<[string, Examination, string, 'warning' | 'failure', string]>([
  ['a missing service', withService({ installed: false }), 'service-haproxy', 'failure', 'not installed'],
  [
    'a failed service',
    withService({ active: 'failed', ended: 'signal KILL' }),
    'service-haproxy',
    'failure',
    'HAProxy is failed (signal KILL)',
  ],
  [
    'a service that stays off',
    withService({ enabled: false }),
    'service-haproxy',
    'warning',
    'does not start',
  ],
  ['little disk', withDisk(900), 'disk', 'warning', '900 MiB of 20000 MiB'],
  ['no disk', withDisk(10), 'disk', 'failure', '10 MiB of 20000 MiB'],
  [
    'little memory',
    { ...healthy, hardware: { ...sampleHardware, memoryMiB: 512, limited: true } },
    'memory',
    'warning',
    'only 512 MiB of memory under a limit',
  ],
  ['a loose clock', { ...healthy, clockSynchronised: false }, 'clock', 'warning', 'not kept'],
  ['a late renewal', { ...healthy, certificateDaysLeft: 13.9 }, 'certificate', 'warning', 'ends in 13 days'],
  [
    'an ended certificate',
    { ...healthy, certificateDaysLeft: -2 },
    'certificate',
    'failure',
    'ended 2 days ago',
  ],
  [
    'a silent store',
    { ...healthy, store: { writable: false, sentence: 'etcd does not answer' } },
    'store',
    'failure',
    'etcd does not answer',
  ],
  ...(
    [
      ['writes', 'down', 'failure', 'no database answers writes from here'],
      ['reads', 'down', 'failure', 'no database answers reads from here'],
      ['reads', 'none', 'warning', 'no database answers reads from here'],
    ] as const
  ).map(([what, state, level, said]): [string, Examination, string, 'warning' | 'failure', string] => [
    `${what} that are ${state}`,
    { ...healthy, web: { [what]: state } },
    `database-${what}`,
    level,
    said,
  ]),
  [
    'common files that do not answer',
    { ...healthy, web: { shared: 'silent' } },
    'shared-files',
    'failure',
    'do not answer at /var/lib/muster/shared',
  ],
  [
    'an array that spreads',
    withDatabase({ mirror: { state: 'none', array: 'md1', level: 'raid0' } }),
    'db-mirror',
    'warning',
    'md1 (raid0): whichever of its disks breaks',
  ],
  [
    'an array that lacks a disk',
    withDatabase({ mirror: { state: 'lacking', array: 'md0', level: 'raid1' } }),
    'db-mirror',
    'failure',
    'md0 (raid1), on which /var/lib/mysql lies, lacks a disk',
  ],
  [
    'readings that are written down',
    withDatabase({ mount: { ...mount, options: ['rw', 'nodiratime'] } }),
    'db-atime',
    'warning',
    'strictatime',
  ],
  [
    'a database that may be swapped',
    withDatabase({ swap: { swappiness: 60, devices: ['/dev/sda2'] } }),
    'db-swap',
    'warning',
    'vm.swappiness is 60, with swap on /dev/sda2',
  ],
  [
    'a slow disk',
    withDatabase({ syncs: { timesMs: [1, 25, 24.96, 2, 90] } }),
    'db-sync',
    'warning',
    'a write to /var/lib/mysql is kept after 25.0 ms',
  ],
  [
    'a disk that takes nothing',
    withDatabase({ syncs: { error: 'read-only file system' } }),
    'db-sync',
    'failure',
    'nothing can be written to /var/lib/mysql: read-only',
  ],
  ['little room for the database', withDatabase({ freeMiB: 900 }), 'db-space', 'warning', '900 MiB of 20000'],
  ['no room for the database', withDatabase({ freeMiB: 90 }), 'db-space', 'failure', '90 MiB of 20000'],
  [
    'a part of the volume on another file system',
    withFiles({ mount: { ...mount, type: 'ext4' } }),
    'storage-xfs',
    'warning',
    '/srv/muster is on ext4',
  ],
  [
    'readings of files that are written down',
    withFiles({ mount: { ...mount, options: ['rw'] } }),
    'storage-atime',
    'warning',
    'strictatime',
  ],
  ['little room for files', withFiles({ freeMiB: 900 }), 'storage-space', 'warning', '900 MiB of 20000'],
  ['no room for files', withFiles({ freeMiB: 90 }), 'storage-space', 'failure', '90 MiB of 20000'],
  ['another hand', { ...healthy, driftsLastHour: 3 }, 'drift', 'warning', '3 changes by another hand'],
  [
    'a name that does not resolve',
    { ...healthy, dns: [{ name: 'deb.debian.org', error: 'no server' }] },
    'dns-deb.debian.org',
    'warning',
    'no server',
  ],
  [
    'no systemd',
    { ...healthy, hardware: { ...sampleHardware, init: 'none' } },
    'start',
    'warning',
    'without systemd',
  ],
])('%s is found, with what to do', (_, seen, id, level, evidence) => {
  const finding = doctorReport(seen, []).findings.find((one) => one.id === id);

  expect(finding).toMatchObject({ level, evidence: expect.stringContaining(evidence) });
  expect(finding?.next).not.toBe('');
});

test('a clock that nobody can tell about is no finding', () => {
  const finding = doctorReport({ ...healthy, clockSynchronised: undefined }, []).findings.find(
    (one) => one.id === 'clock',
  );

  expect(finding?.level).toBe('ok');
});

test.each<[string, Examination, string]>([
  ['a disk that may be mirrored unseen', withDatabase({ mirror: { state: 'unknown' } }), 'db-mirror'],
  ['relatime', withDatabase({ mount: { ...mount, options: ['rw', 'relatime'] } }), 'db-atime'],
  [
    'a kernel that hardly swaps',
    withDatabase({ swap: { swappiness: 10, devices: ['/dev/sda2'] } }),
    'db-swap',
  ],
  ['swap of which nothing is known', withDatabase({ swap: { devices: ['/dev/sda2'] } }), 'db-swap'],
])('%s is no finding', (_, seen, id) => {
  expect(doctorReport(seen, []).findings.find((one) => one.id === id)?.level).toBe('ok');
});

test('what cannot be known is said so, and never that it lacks', () => {
  const { mount: _mount, ...unseen } = database;
  const unknown: DatabaseDisk = { ...unseen, mirror: { state: 'unknown' }, syncs: undefined };
  const report = doctorReport({ ...healthy, database: unknown }, []);
  const said = report.findings.filter(({ id }) => id.startsWith('db-'));

  expect(said.map(({ id, level }) => [id, level])).toEqual([
    ['db-mirror', 'ok'],
    ['db-atime', 'ok'],
    ['db-swap', 'ok'],
    ['db-space', 'ok'],
  ]);
  expect(said.filter(({ evidence }) => evidence.includes('not known'))).toHaveLength(2);
});

test('a folder that is no part of a volume may be on any file system', () => {
  const { findings } = doctorReport(withFiles({ gluster: false, mount: { ...mount, type: 'ext4' } }), []);

  expect(findings.filter(({ level }) => level !== 'ok')).toEqual([]);
});

test('only what is said of databases is taken for one', () => {
  const web = { shared: 'local', 'has.shop': 'r1', 'serves.shop': 'r1' };
  const { findings } = doctorReport({ ...healthy, web }, []);

  expect(findings.filter(({ id }) => id.startsWith('database-'))).toEqual([]);
});

test('what the cluster risks is told beside the machine, once', () => {
  const noNfs = { code: 'no-nfs', sentence: 'The kernel of b2 cannot do it.', next: 'muster settings set x' };
  const store = { code: 'store-not-writable', sentence: 'Nothing new can be decided', next: 'muster doctor' };
  const { findings } = DoctorReport.parse(doctorReport(healthy, [store, noNfs]));

  expect(findings.filter(({ level }) => level !== 'ok')).toEqual([
    { id: 'risk-no-nfs', level: 'warning', evidence: noNfs.sentence, next: noNfs.next },
  ]);
});
