import { MusterError } from '../../roles/model/errors.ts';
import { paths } from '../../roles/model/paths.ts';
import type { Files } from '../../roles/model/ports.ts';
import { firstAdmission } from '../admission/first-admission.ts';
import { type StatusReport, schemaVersion } from '../api/contract.ts';
import { type Manifest, openManifest } from '../reconcile/manifest.ts';
import { askStatus, awaitServing, isVersion, newestEvent } from './await-serving.ts';
import { keepEarlierConfiguration } from './earlier.ts';
import { machineParts } from './machine.ts';
import { installPackages, neededPackages } from './packages.ts';
import type { LocalParts } from './parts.ts';
import { ensurePki } from './pki.ts';
import { ensureSeed, firstPlace } from './seed.ts';
import { settleConfig } from './settle-config.ts';
import { Steps } from './steps.ts';

export interface InitOptions {
  readonly name?: string;
  readonly address?: string;
  readonly cluster?: string;
  /** The shared addresses, one or two. */
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

async function openState({ files }: LocalParts): Promise<Manifest> {
  // Apache reaches its page below; what is secret in here is closed file by file.
  await files.makeDirectory(paths.state, { mode: 0o711 });
  return openManifest(files, paths.state);
}

/** The payload that is current; undefined where the program does not run from a payload. */
async function installedVersion(files: Files): Promise<string | undefined> {
  return (await files.read(`${paths.payload}/current/VERSION`))?.trim();
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
  const seeded = await ensureSeed(parts.files, config, clusterName, admission);
  if (fresh) return `node ${config.name} (${config.nodeId}) at ${config.address}`;
  const note = kept.length === 0 ? '' : `; it keeps ${kept.join(' and ')}`;
  return `${made || seeded ? 'made whole again' : 'as they were'}${note}`;
}

async function agentStep(
  { agent, ask }: LocalParts,
  manifest: Manifest,
  version: string | undefined,
): Promise<string> {
  await agent.prepare(manifest);
  if (!(await agent.running())) {
    await agent.start();
    return 'started';
  }
  const status = await askStatus(ask);
  if (status !== undefined && isVersion(status, version)) return 'runs';
  await agent.restart();
  return status === undefined
    ? 'it did not answer and is started anew'
    : `started anew, it was ${status.version}`;
}

/** The last word is the user's own path: what a browser would get. */
async function proofStep({ questions }: LocalParts, status: StatusReport | undefined): Promise<string> {
  const url = status?.urls[0] ?? 'http://localhost/';
  const answer = await questions.ask({ kind: 'http', url, timeoutMs: 5_000 });
  if (answer.ok && answer.status === 200) return `${url} answers 200`;
  throw new MusterError('not-serving', {
    what: answer.ok ? `${url} answers ${answer.status}` : `${url} does not answer: ${answer.error}`,
    why: 'the agent says that all is well, so something between it and the address is in the way',
    next: 'muster doctor',
  });
}

function tell({ talk }: LocalParts, options: InitOptions, status: StatusReport): void {
  const next = 'muster status';
  const { urls, verdict, risks, cluster } = status;
  if (options.json) return talk.data({ schemaVersion, cluster, urls, verdict, risks, next });
  talk.say('');
  for (const url of urls) talk.say(`  ${url}`);
  talk.say(`${verdict.level}: ${verdict.sentence}`);
  for (const risk of risks) talk.say(`risk: ${risk.sentence}`);
  talk.say(`Next: ${next}`);
}
