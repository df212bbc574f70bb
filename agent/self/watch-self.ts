import { messageOf } from '../../roles/model/errors.ts';
import { paths } from '../../roles/model/paths.ts';
import type { Clock, Commands, Packages, Random, Services } from '../../roles/model/ports.ts';
import { roles } from '../../roles/registry.ts';
import type { OpenApi } from '../api-sockets.ts';
import type { OwnFacts } from '../cluster/own-facts.ts';
import { passOn } from '../decisions/pass-on.ts';
import type { PeerAnswer, PeerRequest } from '../decisions/peer-api.ts';
import type { DecisionSource } from '../decisions/source.ts';
import { loadPerCore } from '../hardware/load.ts';
import { type ProbeInput, probe } from '../hardware/probe.ts';
import { renewalDue } from '../host/certificate-end.ts';
import { giveMemoryBack, heapPeriodMs } from '../host/heap.ts';
import { copyForEtcd } from '../local/etcd-pki.ts';
import type { NodeConfig } from '../local/state.ts';
import type { Journal } from '../reconcile/journal.ts';
import { type Loop, startLoop } from '../reconcile/loop.ts';
import type { Manifest } from '../reconcile/manifest.ts';
import { keepOwn } from './keep-own.ts';

export interface WatchSelfParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly packages: Packages;
  readonly commands: Commands;
  readonly services: Services;
  readonly manifest: Manifest;
  readonly signal: AbortSignal;
  readonly facts: OwnFacts;
  readonly probeInput: ProbeInput;
  readonly journal: Journal;
  readonly api: OpenApi;
  readonly source: DecisionSource;
  readonly config: NodeConfig;
}

/** Load is a one-minute average; looking more often shows nothing new. */
const loadPeriodMs = 15_000;

/** Drift is seen within this time, as with the files of the roles. */
const ownPeriodMs = 5_000;

/** Hardware changes under a running machine seldom; free disk space slowly. */
const hardwarePeriodMs = 300_000;

/** A certificate has thirty days to be renewed in. */
const certificatePeriodMs = 3_600_000;

/** Keeps the node's own facts fresh and its certificate valid. */
export async function watchSelf(parts: WatchSelfParts): Promise<void> {
  const { facts } = parts;
  const loops = [
    start(parts, loadPeriodMs, async () => {
      facts.setLoad(await loadPerCore(parts.probeInput.files, facts.current().hardware.cores));
      facts.setVersions(await versions(parts.packages));
    }),
    start(parts, hardwarePeriodMs, async () => facts.setHardware(await probe(parts.probeInput))),
    start(parts, heapPeriodMs, async () => giveMemoryBack()),
    start(parts, certificatePeriodMs, () => keepCertificate(parts)),
    start(parts, ownPeriodMs, async () => {
      for (const sentence of await keepOwn({ ...parts, ...parts.probeInput, voter: isVoter(parts) })) {
        await parts.journal.tell({ kind: 'drift', role: 'node', sentence });
      }
    }),
  ];
  await Promise.all(loops.map((loop) => loop.ended));
}

function start(parts: WatchSelfParts, periodMs: number, work: () => Promise<void>): Loop {
  const { clock, random, signal, journal } = parts;
  let told = '';
  return startLoop({
    clock,
    random,
    periodMs,
    signal,
    run: async () => {
      await work();
      told = '';
      return false;
    },
    onError: async (error) => {
      if (messageOf(error) !== told)
        await journal.tell({ kind: 'error', role: 'node', sentence: messageOf(error) });
      told = messageOf(error);
    },
  });
}

/** Of the packages that roles stand on: what is installed. */
export async function versions(packages: Packages): Promise<Record<string, string>> {
  const installed = await packages.installed();
  const names = roles.flatMap((role) => role.packages);
  return Object.fromEntries(
    names.flatMap((name) => (installed[name] === undefined ? [] : [[name, installed[name]]])),
  );
}

function isVoter({ source }: WatchSelfParts): boolean {
  return source.store() !== undefined;
}

async function keepCertificate(parts: WatchSelfParts): Promise<void> {
  const { probeInput, clock, journal, config } = parts;
  const pem = await probeInput.files.read(paths.certificate);
  if (pem === undefined || !renewalDue(pem, clock.now())) return;
  // Once a year: the X.509 library is not worth its memory in between.
  const { renewCertificate } = await import('../local/renew.ts');
  const ask = (request: PeerRequest): Promise<PeerAnswer> =>
    passOn(parts.source.peers, parts.source.voters(), request);
  await renewCertificate({ files: probeInput.files, clock, ask }, config);
  if (isVoter(parts)) await copyForEtcd(probeInput.files);
  await Promise.all([parts.api.reload(), parts.source.reload()]);
  await journal.tell({
    kind: 'info',
    role: 'node',
    sentence: 'the certificate of this node was renewed for a year',
  });
}
