import { lookup } from 'node:dns/promises';
import { messageOf } from '../../roles/model/errors.ts';
import type { Facts } from '../../roles/model/facts.ts';
import type { Clock, Commands, Services } from '../../roles/model/ports.ts';
import type { ServiceSpec } from '../../roles/model/service.ts';
import type { Examination } from '../api/doctor/examination.ts';
import { daysLeft } from '../host/certificate-end.ts';
import type { Journal } from '../reconcile/journal.ts';
import { type DiskParts, dataDisks } from './data-disks.ts';

export interface ExamineParts extends DiskParts {
  readonly services: Services;
  readonly clock: Clock;
  readonly journal: Journal;
  readonly facts: () => Facts;
  readonly carried: () => readonly ServiceSpec[];
  readonly store: () => Examination['store'];
  readonly certificatePath: string;
}

const hourMs = 3_600_000;

/** It answers at once, or systemd is not there to answer. */
const timedatectlTimeoutMs = 2_000;

/** Reads off the machine what `muster doctor` judges. */
export async function examine(parts: ExamineParts): Promise<Examination> {
  const services = await Promise.all(
    parts.carried().map(async (service) => ({ service, state: await parts.services.state(service) })),
  );
  return {
    hardware: parts.facts().hardware,
    ...webOf(parts.facts()),
    ...(await dataDisks(parts)),
    services,
    clockSynchronised: await clockSynchronised(parts.commands),
    certificateDaysLeft: await certificateDays(parts),
    store: parts.store(),
    driftsLastHour: drifts(parts),
    dns: await Promise.all((await mirrorNames(parts)).map(resolve)),
  };
}

function webOf({ details }: Facts): Pick<Examination, 'web'> {
  return details?.web === undefined ? {} : { web: details.web };
}

/** Undefined where systemd is not there to ask. */
async function clockSynchronised(commands: Commands): Promise<boolean | undefined> {
  try {
    const argv = ['timedatectl', 'show', '--property=NTPSynchronized', '--value'] as const;
    const { exitCode, stdout } = await commands.run(argv, { timeoutMs: timedatectlTimeoutMs });
    return exitCode === 0 ? stdout.trim() === 'yes' : undefined;
  } catch {
    return undefined;
  }
}

async function certificateDays({ files, clock, certificatePath }: ExamineParts): Promise<number> {
  const pem = await files.read(certificatePath);
  return pem === undefined ? -1 : daysLeft(pem, clock.now());
}

function drifts({ journal, clock }: ExamineParts): number {
  const since = clock.now().getTime() - hourMs;
  return journal
    .after(0, Number.MAX_SAFE_INTEGER)
    .filter((event) => event.kind === 'drift' && Date.parse(event.at) > since).length;
}

/** The machines that packages come from: the names a node must be able to resolve. */
async function mirrorNames({ files }: ExamineParts): Promise<readonly string[]> {
  const directory = '/etc/apt/sources.list.d';
  const more = (await files.list(directory)).map((name) => `${directory}/${name}`);
  const texts = await Promise.all(['/etc/apt/sources.list', ...more].map((path) => files.read(path)));
  const addresses = texts.join('\n').matchAll(/^[^#\n]*?https?:\/\/([a-z0-9.-]+)/gm);
  return [...new Set([...addresses].map((match) => match[1] ?? ''))].filter((name) => name !== '');
}

async function resolve(name: string): Promise<Examination['dns'][number]> {
  try {
    await lookup(name);
    return { name };
  } catch (error) {
    return { name, error: messageOf(error) };
  }
}
