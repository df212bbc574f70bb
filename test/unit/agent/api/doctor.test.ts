import { expect, test } from 'vitest';
import { DoctorReport } from '../../../../agent/api/contract.ts';
import { doctorReport, type Examination } from '../../../../agent/api/doctor.ts';
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

function withDisk(freeMiB: number): Examination {
  return { ...healthy, hardware: { ...sampleHardware, disk: { ...sampleHardware.disk, freeMiB } } };
}

function withService(part: object): Examination {
  return { ...healthy, services: [{ service: { label: 'HAProxy' }, state: { ...state, ...part } }] };
}

test('a healthy machine has nothing to do', () => {
  const { findings } = DoctorReport.parse(doctorReport(healthy));

  expect(findings.filter(({ level, next }) => level !== 'ok' || next !== '')).toEqual([]);
});

test('a service that the agent alone starts does not start with the machine', () => {
  const keepalived = {
    service: { label: 'keepalived', startedBy: 'agent' },
    state: { ...state, enabled: false },
  } as const;

  expect(doctorReport({ ...healthy, services: [keepalived] }).findings[0]).toMatchObject({ level: 'ok' });
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
  const finding = doctorReport(seen).findings.find((one) => one.id === id);

  expect(finding).toMatchObject({ level, evidence: expect.stringContaining(evidence) });
  expect(finding?.next).not.toBe('');
});

test('a clock that nobody can tell about is no finding', () => {
  const finding = doctorReport({ ...healthy, clockSynchronised: undefined }).findings.find(
    (one) => one.id === 'clock',
  );

  expect(finding?.level).toBe('ok');
});
