import type { Hardware } from '../../../roles/model/hardware.ts';
import type { Finding } from '../contract.ts';
import type { Examination } from './examination.ts';
import { fine, fullDiskMiB, lowDiskMiB } from './finding.ts';

/** What one node with both roles, its store and its agent needs beside the system. */
const lowMemoryMiB = 700;
/** Certificates renew themselves at 30 days; less than this means that renewal has failed for two weeks. */
const lateRenewalDays = 14;

/** What every node needs, whatever it carries. */
export function machine(seen: Examination): Finding[] {
  return [
    store(seen.store),
    disk(seen.hardware),
    memory(seen.hardware),
    clock(seen.clockSynchronised),
    certificate(seen.certificateDaysLeft),
    drift(seen.driftsLastHour),
    ...seen.dns.map(name),
    start(seen.hardware),
  ];
}

function store({ writable, sentence }: Examination['store']): Finding {
  if (writable) return fine('store', sentence);
  return { id: 'store', level: 'failure', evidence: sentence, next: 'journalctl -u muster-etcd -n 50' };
}

function disk({ disk: { freeMiB, sizeMiB } }: Hardware): Finding {
  const evidence = `${String(freeMiB)} MiB of ${String(sizeMiB)} MiB are free under /var/lib/muster`;
  const next = 'du -xsh /var/log /var/cache /var/lib/* | sort -h';
  if (freeMiB < fullDiskMiB) return { id: 'disk', level: 'failure', evidence, next };
  if (freeMiB < lowDiskMiB) return { id: 'disk', level: 'warning', evidence, next };
  return fine('disk', evidence);
}

function memory({ memoryMiB, limited }: Hardware): Finding {
  const evidence = `${String(memoryMiB)} MiB of memory${limited ? ' under a limit' : ''}`;
  if (memoryMiB >= lowMemoryMiB) return fine('memory', evidence);
  const next = `give the machine at least ${String(lowMemoryMiB)} MiB`;
  return { id: 'memory', level: 'warning', evidence: `only ${evidence}`, next };
}

function clock(synchronised: boolean | undefined): Finding {
  if (synchronised === true) return fine('clock', 'the clock is kept by a time server');
  if (synchronised === undefined)
    return fine('clock', 'the clock is the host’s, or nothing tells who keeps it');
  const evidence = 'the clock is not kept by a time server';
  return { id: 'clock', level: 'warning', evidence, next: 'timedatectl set-ntp true' };
}

function certificate(daysLeft: number): Finding {
  const days = Math.floor(daysLeft);
  const evidence =
    days < 0
      ? `the node's certificate ended ${String(-days)} days ago`
      : `the node's certificate ends in ${String(days)} days`;
  const next = 'muster events; systemctl restart muster';
  if (days < 0) return { id: 'certificate', level: 'failure', evidence, next };
  if (days < lateRenewalDays) return { id: 'certificate', level: 'warning', evidence, next };
  return fine('certificate', evidence);
}

function drift(count: number): Finding {
  if (count === 0) return fine('drift', 'no file of muster was changed by another hand within the hour');
  const evidence = `${String(count)} changes by another hand were put back within the hour`;
  return { id: 'drift', level: 'warning', evidence, next: 'muster events; use muster settings edit instead' };
}

function name({ name, error }: Examination['dns'][number]): Finding {
  if (error === undefined) return fine(`dns-${name}`, `${name} resolves`);
  const evidence = `${name} does not resolve: ${error}`;
  return { id: `dns-${name}`, level: 'warning', evidence, next: 'cat /etc/resolv.conf' };
}

function start({ init }: Hardware): Finding {
  if (init === 'systemd') return fine('start', 'muster starts with the machine');
  const evidence = 'without systemd muster does not start with the machine';
  return { id: 'start', level: 'warning', evidence, next: 'muster agent --detach' };
}
