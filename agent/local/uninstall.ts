import { MusterError, messageOf } from '../../roles/model/errors.ts';
import { paths } from '../../roles/model/paths.ts';
import type { Files } from '../../roles/model/ports.ts';
import { schemaVersion } from '../api/contract.ts';
import { type Manifest, openManifest } from '../reconcile/manifest.ts';
import { leave, refuseToStrand } from './leave.ts';
import { machineParts } from './machine.ts';
import { installPackages } from './packages.ts';
import type { LocalParts } from './parts.ts';
import { type Membership, membershipOf } from './repair.ts';
import { type NodeConfig, readNodeConfig } from './state.ts';
import { dataPlacesOf, describeUninstall, planUninstall, type UninstallPlan } from './uninstall-plan.ts';
import { carryOut } from './uninstall-steps.ts';

export interface UninstallOptions {
  readonly dryRun: boolean;
  readonly yes: boolean;
  /** Keep no copy of the decisions and keys, nor databases and uploads. */
  readonly purgeData: boolean;
  readonly json: boolean;
}

/**
 * Takes muster off this machine: what came with it goes, what was there before comes back. Needs no agent, and bears
 * any half-done state; a run that was cut is simply run again. False when the answer was no, or something could not
 * go.
 */
export async function runUninstall(
  options: UninstallOptions,
  parts: LocalParts = machineParts(options.json),
): Promise<boolean> {
  const { talk } = parts;
  if (!parts.isRoot) throw notRoot();
  const config = await configIfReadable(parts);
  const membership = config === undefined ? undefined : await membershipIfReadable(parts);
  if (membership !== undefined) refuseToStrand(membership);
  const { plan: shown } = await look(options, parts, config);
  for (const line of describeUninstall(shown)) talk.say(`  ${line}`);
  if (options.dryRun) {
    if (options.json) talk.data({ schemaVersion, ...shown });
    else talk.say('Nothing has been changed. Next: muster uninstall');
    return true;
  }
  if (!(await agreed(options, parts, membership))) {
    talk.say('Nothing has been changed.');
    return false;
  }
  const stays = membership === undefined ? undefined : await leave(parts, membership);
  await quieten(parts);
  // Anew: until it ended the agent may have written, and a cut installation is known only now.
  const { manifest, plan } = await look(options, parts, config);
  const gone = await carryOut(parts, manifest, plan, config);
  const left = stays === undefined ? gone : [stays, ...gone];
  for (const sentence of left) talk.say(`left: ${sentence}`);
  if (options.json) talk.data({ schemaVersion, ...plan, left });
  else talk.say(farewell(left));
  return left.length === 0;
}

async function look(
  { purgeData }: UninstallOptions,
  parts: LocalParts,
  config: NodeConfig | undefined,
): Promise<{ readonly manifest: Manifest; readonly plan: UninstallPlan }> {
  const manifest = await openManifest(parts.files, paths.state);
  const known = { manifest: manifest.entries(), supervised: await supervisedUnits(parts), config, purgeData };
  const data: string[] = [];
  for (const path of dataPlacesOf(known.manifest)) {
    if ((await parts.files.list(path)).length > 0) data.push(path);
  }
  return { manifest, plan: planUninstall({ ...known, data }) };
}

/** The agent ends first: it would bring everything back. Then the manifest learns of an installation that was cut. */
async function quieten({ agent, packages, files, talk }: LocalParts): Promise<void> {
  await agent.stop();
  const came = await installPackages(packages, await openManifest(files, paths.state), []);
  if (came.length === 0) return;
  talk.say(`  purge also what an installation that was cut off had brought: ${came.join(' ')}`);
}

function farewell(left: readonly string[]): string {
  return left.length === 0
    ? 'muster is gone from this machine.'
    : 'muster is gone from this machine, but for what is left above.';
}

function notRoot(): MusterError {
  return new MusterError('not-root', {
    what: 'muster uninstall is for root',
    why: 'it removes packages and services, and what it would remove is written where only root reads',
    next: 'sudo muster uninstall, or to look only: sudo muster uninstall --dry-run',
  });
}

/** A damaged file must not keep muster on the machine. */
async function configIfReadable({ files, talk }: LocalParts): Promise<NodeConfig | undefined> {
  try {
    return await readNodeConfig(files);
  } catch (error) {
    talk.say(`note: ${messageOf(error)}, so nothing can be kept of this cluster`);
    return undefined;
  }
}

/** Damaged decisions must not keep muster on the machine either. */
async function membershipIfReadable({ files, talk }: LocalParts): Promise<Membership | undefined> {
  try {
    return await membershipOf(files);
  } catch (error) {
    talk.say(`note: ${messageOf(error)}, so it is not known whether others are in this cluster`);
    return undefined;
  }
}

async function agreed(
  { yes }: UninstallOptions,
  { files, talk }: LocalParts,
  membership: Membership | undefined,
): Promise<boolean> {
  if (yes) return true;
  const answer = await talk.question(`${await meaning(files, membership)} Go on? [y/N] `);
  if (answer !== undefined) return /^y(es)?$/i.test(answer.trim());
  throw new MusterError('answer-needed', {
    what: 'nobody is there to say yes',
    why: 'standard input is no terminal',
    next: 'muster uninstall --yes',
  });
}

/** What ends, in a sentence. */
async function meaning(files: Files, membership: Membership | undefined): Promise<string> {
  if (membership !== undefined) {
    const { others } = membership;
    return `This machine leaves the cluster; ${others.join(', ')} ${others.length === 1 ? 'goes' : 'go'} on.`;
  }
  const removed = (await files.inspect(paths.tombstone)) !== undefined;
  return removed
    ? 'This machine is no node of its cluster any more, and muster goes from it.'
    : 'This cluster ends and its page is no longer served.';
}

/** The agent's own records of what it runs, a file each. */
async function supervisedUnits({ files, init }: LocalParts): Promise<readonly string[]> {
  if (init === 'systemd') return [];
  const names = await files.list(`${paths.run}/services`);
  return names.filter((name) => name.endsWith('.json')).map((name) => name.slice(0, -'.json'.length));
}
