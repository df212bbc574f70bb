import { MusterError } from '../../roles/model/errors.ts';
import { paths } from '../../roles/model/paths.ts';
import { decodeToken, refuseExpired, type Token } from '../../roles/model/token.ts';
import { type StatusReport, schemaVersion } from '../api/contract.ts';
import { probe } from '../hardware/probe.ts';
import type { Manifest } from '../reconcile/manifest.ts';
import { admission, asking, type JoinParts, review } from './admission.ts';
import { newestEvent } from './agent-answers.ts';
import { askCluster } from './ask-cluster.ts';
import { atWork, awaitJoined } from './await-joined.ts';
import { keepEarlierConfiguration } from './earlier.ts';
import { machineParts } from './machine.ts';
import { installPackages, joinersPackages } from './packages.ts';
import type { LocalParts } from './parts.ts';
import { type Membership, membershipOf, repair } from './repair.ts';
import { installedVersion, openState } from './setting-up.ts';
import { readNodeConfig } from './state.ts';
import { Steps } from './steps.ts';

export interface JoinOptions {
  readonly token: string;
  readonly name?: string;
  readonly address?: string;
  readonly json: boolean;
}

const ownSteps = 5;

/**
 * Makes this machine a node of the token's cluster, or repairs a node of it. Whatever can refuse does so before
 * anything is written. Throws a MusterError; nothing is undone here, see install.sh.
 */
export async function runJoin(
  options: JoinOptions,
  parts: JoinParts = joinParts(options.json),
): Promise<void> {
  refuseOthers(parts);
  const token = decodeToken(options.token);
  const member = await memberOf(parts, token);
  if (member !== undefined && (await isKnown(parts, options, token))) {
    return tell(parts, options, await repair(parts, member));
  }
  refuseExpired(token, parts.clock.now());
  const steps = new Steps(parts.talk, parts.clock, { before: parts.stepsBefore, own: ownSteps });
  const asked = await asking(parts, options, token);
  await steps.run('the cluster is asked', async () => {
    const { notes } = await review(parts, asked);
    return ['it lets this machine in', ...notes].join('; ');
  });
  const manifest = await openState(parts);
  const version = await installedVersion(parts.files);
  const seenEvents = await newestEvent(parts.files);
  await steps.run('packages', () => packagesStep(parts, manifest));
  await steps.run('admission', () => admission(parts, asked));
  await steps.run("muster's agent", () => freshAgent(parts, manifest));
  let status: StatusReport | undefined;
  await steps.run('it takes its place', async () => {
    status = await awaitJoined(parts, version, seenEvents);
    const busy = atWork(status.nodes.find(({ self }) => self)?.roles ?? []);
    return busy === undefined
      ? 'the others hear it, and its roles are ready'
      : `the others hear it; it still copies data, in the background (${busy})`;
  });
  if (status !== undefined) tell(parts, options, status);
}

function joinParts(json: boolean): JoinParts {
  const host = machineParts(json);
  // Of this machine only: how fast its network is does not count here.
  const input = { ...host, address: '', diskPath: paths.payload, signal: new AbortController().signal };
  return { ...host, cluster: askCluster, hardware: () => probe(input) };
}

function refuseOthers({ isRoot }: LocalParts): void {
  if (isRoot) return;
  throw new MusterError('not-root', {
    what: 'muster join is for root',
    why: 'it installs packages and services',
    next: 'sudo muster join --token TOKEN',
  });
}

/** Undefined for a machine that is no node, or none any more. Throws `node-refused` for one of another cluster. */
async function memberOf({ files }: LocalParts, token: Token): Promise<Membership | undefined> {
  const config = await readNodeConfig(files);
  if (config === undefined) return undefined;
  const member = await membershipOf(files);
  const same = config.clusterId === token.clusterId;
  // A removed node, or one that lost its decisions, is admitted anew; the founder would find nobody to ask.
  const founder = (await files.inspect(paths.authorityKey)) !== undefined;
  if (same && (member !== undefined || !founder)) return member;
  throw new MusterError('node-refused', {
    what: `this machine is a node of the cluster ${config.clusterId}`,
    why: same
      ? 'the token is of the same cluster, of which it is the only node'
      : `the token is of the cluster ${token.clusterId}, and a machine belongs to one`,
    next: 'to leave the one it is in: muster uninstall; then the same line again',
  });
}

async function packagesStep(parts: LocalParts, manifest: Manifest): Promise<string> {
  await keepEarlierConfiguration(parts);
  const fresh = await installPackages(parts.packages, manifest, joinersPackages());
  return fresh.length === 0 ? 'all there' : `${fresh.length} came new`;
}

/**
 * Whether the cluster knows a node that takes itself for one. A token that is over, or a cluster that is silent, is no
 * reason not to repair it.
 */
async function isKnown(parts: JoinParts, options: JoinOptions, token: Token): Promise<boolean> {
  const asked = await asking(parts, options, token);
  return review(parts, asked).then(
    ({ known }) => known,
    () => true,
  );
}

/** One that runs is of a life before this admission. */
async function freshAgent({ agent }: LocalParts, manifest: Manifest): Promise<string> {
  await agent.prepare(manifest);
  const runs = await agent.running();
  await (runs ? agent.restart() : agent.start());
  return runs ? 'started anew' : 'started';
}

function tell({ talk }: LocalParts, options: JoinOptions, status: StatusReport): void {
  const next = 'muster status';
  const { urls, verdict, risks, cluster, nodes } = status;
  const node = nodes.find(({ self }) => self);
  if (options.json) return talk.data({ schemaVersion, cluster, node, urls, verdict, risks, next });
  const roles = node?.roles.map(({ role }) => role).join(' and ') ?? '';
  talk.say('');
  talk.say(
    `${node?.name ?? ''} is a node of the cluster ${cluster.name}, one of ${nodes.length}; it carries ${roles}.`,
  );
  for (const url of urls) talk.say(`  ${url}`);
  talk.say(`${verdict.level}: ${verdict.sentence}`);
  for (const risk of risks) talk.say(`risk: ${risk.sentence}`);
  talk.say(`Next: ${next}`);
}
