import { MusterError } from '../../roles/model/errors.ts';
import type { Answer } from '../../roles/model/observed.ts';
import { firstAdmission } from '../admission/first-admission.ts';
import { type StatusReport, schemaVersion } from '../api/contract.ts';
import { ensureNetworkKey } from '../gossip/network-key.ts';
import type { Manifest } from '../reconcile/manifest.ts';
import { newestEvent } from './agent-answers.ts';
import { awaitServing } from './await-serving.ts';
import { keepEarlierConfiguration } from './earlier.ts';
import { machineParts } from './machine.ts';
import { installPackages, neededPackages } from './packages.ts';
import type { LocalParts } from './parts.ts';
import { ensurePki } from './pki.ts';
import { membershipOf, refuseFormerMember, repair } from './repair.ts';
import { ensureSeed, firstPlace } from './seed.ts';
import { agentStep, installedVersion, openState } from './setting-up.ts';
import { settleConfig } from './settle-config.ts';
import { Steps } from './steps.ts';
import { refuseUnfitVips, vipSetting } from './vips.ts';

export interface InitOptions {
  readonly name?: string;
  readonly address?: string;
  readonly cluster?: string;
  /** Addresses that users call, one or two, each with or without a prefix. */
  readonly vip?: readonly string[];
  readonly json: boolean;
}

const ownSteps = 5;
const defaultClusterName = 'muster';

/**
 * Makes this machine a cluster of one, or repairs it: whatever is there already stays as it is, so that a run that was
 * cut is simply run again. Throws a MusterError; nothing is undone here, see install.sh.
 */
export async function runInit(
  options: InitOptions,
  parts: LocalParts = machineParts(options.json),
): Promise<void> {
  refuseOthers(parts);
  const membership = await membershipOf(parts.files);
  if (membership !== undefined) return tell(parts, options, await repair(parts, membership));
  await refuseFormerMember(parts.files);
  await refuseUnfitVips(parts, options);
  const manifest = await openState(parts);
  const steps = new Steps(parts.talk, parts.clock, { before: parts.stepsBefore, own: ownSteps });
  const seenEvents = await newestEvent(parts.files);
  const version = await installedVersion(parts.files);
  let status: StatusReport | undefined;
  await steps.run('packages', () => packagesStep(parts, manifest));
  await steps.run('identity, certificates and first decisions', () => identityStep(parts, options));
  await steps.run("muster's agent", () => agentStep(parts, manifest, version));
  await steps.run('the services come up', async () => {
    status = await awaitServing(parts, version, seenEvents);
    return 'every role is ready';
  });
  await steps.run('the page is asked for', () => proofStep(parts, status));
  if (status !== undefined) tell(parts, options, status);
}

function refuseOthers({ isRoot }: LocalParts): void {
  if (isRoot) return;
  throw new MusterError('not-root', {
    what: 'muster init is for root',
    why: 'it installs packages and services',
    next: 'sudo muster init',
  });
}

async function packagesStep(parts: LocalParts, manifest: Manifest): Promise<string> {
  await keepEarlierConfiguration(parts);
  const fresh = await installPackages(parts.packages, manifest, neededPackages());
  return fresh.length === 0 ? 'all there' : `${fresh.length} came new`;
}

async function identityStep(parts: LocalParts, options: InitOptions): Promise<string> {
  const clusterName = options.cluster ?? defaultClusterName;
  const { config, fresh, kept } = await settleConfig(parts, options);
  const made = await ensurePki(parts, config, clusterName);
  const admission = await firstAdmission(parts, config, firstPlace);
  await ensureNetworkKey(parts.files);
  const wishes = { name: clusterName, vip: vipSetting(options) };
  const seeded = await ensureSeed(parts.files, config, wishes, admission);
  if (fresh) return `node ${config.name} (${config.nodeId}) at ${config.address}`;
  const note = kept.length === 0 ? '' : `; it keeps ${kept.join(' and ')}`;
  return `${made || seeded ? 'made whole again' : 'as they were'}${note}`;
}

/** keepalived takes the shared address within a second of its start; an interface that comes up, within two. */
const proofTries = 10;
const proofPauseMs = 500;

/** The last word is the user's own path: what a browser would get. */
async function proofStep(
  { questions, clock }: LocalParts,
  status: StatusReport | undefined,
): Promise<string> {
  const url = status?.urls[0] ?? 'http://localhost/';
  const ask = (): Promise<Answer> => questions.ask({ kind: 'http', url, timeoutMs: 5_000 });
  let answer = await ask();
  for (let tries = 1; !answer.ok && tries < proofTries; tries += 1) {
    await clock.sleep(proofPauseMs);
    answer = await ask();
  }
  if (answer.ok && answer.status === 200) return `${url} answers 200`;
  throw new MusterError('not-serving', {
    what: answer.ok ? `${url} answers ${answer.status}` : `${url} does not answer: ${answer.error}`,
    why: 'the agent says that all is well, so something between it and the address is in the way',
    next: 'muster doctor',
  });
}

function tell({ talk }: LocalParts, options: InitOptions, status: StatusReport): void {
  const next = 'muster status; for the next machine: muster token create';
  const { urls, verdict, risks, cluster } = status;
  if (options.json) return talk.data({ schemaVersion, cluster, urls, verdict, risks, next });
  talk.say('');
  for (const url of urls) talk.say(`  ${url}`);
  talk.say(`${verdict.level}: ${verdict.sentence}`);
  for (const risk of risks) talk.say(`risk: ${risk.sentence}`);
  talk.say(`Next: ${next}`);
}
