import type { Details } from '../../roles/model/facts.ts';
import type { Hardware } from '../../roles/model/hardware.ts';
import type { ServiceSpec, ServiceState } from '../../roles/model/service.ts';
import { type DoctorReport, type Finding, schemaVersion } from './contract.ts';

/** All that doctor looks at, already read off the machine. */
export interface Examination {
  readonly hardware: Hardware;
  readonly services: readonly {
    readonly service: Pick<ServiceSpec, 'label' | 'startedBy'>;
    readonly state: ServiceState;
  }[];
  /** What this node's endpoints say of the databases; undefined where it is no web node. */
  readonly endpoints?: Details;
  /** Undefined where nothing on the machine can tell. */
  readonly clockSynchronised: boolean | undefined;
  /** Days until the node's own certificate ends; negative when it has. */
  readonly certificateDaysLeft: number;
  readonly store: { readonly writable: boolean; readonly sentence: string };
  /** Files of ours that another hand changed within the last hour. */
  readonly driftsLastHour: number;
  /** Names that the machine had to resolve, and what came of it. */
  readonly dns: readonly { readonly name: string; readonly error?: string }[];
}

/** Below this, a package upgrade or a busy log can fill the disk within a day. */
const lowDiskMiB = 1024;
/** Below this, etcd and the services begin to fail to write. */
const fullDiskMiB = 200;
/** What one node with both roles, its store and its agent needs beside the system. */
const lowMemoryMiB = 700;
/** Certificates renew themselves at 30 days; less than this means that renewal has failed for two weeks. */
const lateRenewalDays = 14;

/** The findings of `muster doctor`, in the order people should read them. */
export function doctorReport(seen: Examination): DoctorReport {
  return {
    schemaVersion,
    findings: [
      ...seen.services.map(service),
      ...databases(seen.endpoints),
      store(seen.store),
      disk(seen.hardware),
      memory(seen.hardware),
      clock(seen.clockSynchronised),
      certificate(seen.certificateDaysLeft),
      drift(seen.driftsLastHour),
      ...seen.dns.map(name),
      start(seen.hardware),
    ],
  };
}

function fine(id: string, evidence: string): Finding {
  return { id, level: 'ok', evidence, next: '' };
}

function service({ service: { label, startedBy }, state }: Examination['services'][number]): Finding {
  const id = `service-${state.unit.replace(/\.service$/, '')}`;
  if (!state.installed) {
    return { id, level: 'failure', evidence: `${label} is not installed`, next: 'muster plan' };
  }
  if (state.active !== 'active') {
    const ended = state.ended === undefined ? '' : ` (${state.ended})`;
    const evidence = `${label} is ${state.active}${ended}`;
    return { id, level: 'failure', evidence, next: `muster events; journalctl -u ${state.unit} -n 50` };
  }
  if (!state.enabled && startedBy !== 'agent') {
    const evidence = `${label} runs but does not start with the machine`;
    return { id, level: 'warning', evidence, next: 'muster plan' };
  }
  return fine(id, `${label} runs`);
}

/** Asked over the very way that applications take. */
function databases(endpoints: Examination['endpoints'] = {}): Finding[] {
  return Object.entries(endpoints).map(([what, state]) => {
    const id = `database-${what}`;
    if (state === 'up') return fine(id, `a database answers ${what} from here`);
    const evidence = `no database answers ${what} from here`;
    if (state === 'none') return { id, level: 'warning', evidence, next: 'muster role set NODE db' };
    return {
      id,
      level: 'failure',
      evidence,
      next: 'muster status; on the node of the primary: muster doctor',
    };
  });
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
