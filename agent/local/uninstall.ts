import { dirname } from 'node:path';
import { MusterError, messageOf } from '../../roles/model/errors.ts';
import { paths } from '../../roles/model/paths.ts';
import type { Commands } from '../../roles/model/ports.ts';
import type { ServiceSpec } from '../../roles/model/service.ts';
import { schemaVersion } from '../api/contract.ts';
import { type Manifest, openManifest } from '../reconcile/manifest.ts';
import { keepBackup } from './backup.ts';
import { restoreEarlierConfiguration } from './earlier.ts';
import { machineParts } from './machine.ts';
import { installPackages } from './packages.ts';
import type { LocalParts } from './parts.ts';
import { type NodeConfig, readNodeConfig } from './state.ts';
import { Steps } from './steps.ts';
import { describeUninstall, planUninstall, type UninstallPlan } from './uninstall-plan.ts';

export interface UninstallOptions {
  readonly dryRun: boolean;
  readonly yes: boolean;
  /** Keep no copy of the decisions and keys. */
  readonly purgeData: boolean;
  readonly json: boolean;
}

const ownSteps = 5;

/**
 * Takes muster off this machine: what came with it goes, what was there before comes back. Needs no agent, and bears
 * any half-done state; a run that was cut is simply run again.
 */
export async function runUninstall(
  options: UninstallOptions,
  parts: LocalParts = machineParts(options.json),
): Promise<void> {
  if (!parts.isRoot && !options.dryRun) throw notRoot();
  const manifest = await openManifest(parts.files, paths.state);
  const config = await configIfReadable(parts);
  // Of an installation that was cut, the manifest does not know yet.
  if (!options.dryRun) await installPackages(parts.packages, manifest, []);
  const plan = planUninstall({ manifest: manifest.entries(), config, purgeData: options.purgeData });
  for (const line of describeUninstall(plan)) parts.talk.say(`  ${line}`);
  if (options.dryRun) {
    if (options.json) parts.talk.data({ schemaVersion, ...plan });
    else parts.talk.say('Nothing has been changed. Next: muster uninstall');
    return;
  }
  if (!(await agreed(options, parts))) return parts.talk.say('Nothing has been changed.');
  const left = await carryOut(parts, manifest, plan, config);
  for (const sentence of left) parts.talk.say(`left: ${sentence}`);
  if (options.json) parts.talk.data({ schemaVersion, ...plan, left });
  else parts.talk.say('muster is gone from this machine.');
}

function notRoot(): MusterError {
  return new MusterError('not-root', {
    what: 'muster uninstall is for root',
    why: 'it removes packages and services',
    next: 'sudo muster uninstall, or to look only: muster uninstall --dry-run',
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

async function agreed({ yes }: UninstallOptions, { talk }: LocalParts): Promise<boolean> {
  if (yes) return true;
  const answer = await talk.question('This cluster ends and its page is no longer served. Go on? [y/N] ');
  if (answer !== undefined) return /^y(es)?$/i.test(answer.trim());
  throw new MusterError('answer-needed', {
    what: 'nobody is there to say yes',
    why: 'standard input is no terminal',
    next: 'muster uninstall --yes',
  });
}

/** Returns a sentence for each thing that could not go. */
async function carryOut(
  parts: LocalParts,
  manifest: Manifest,
  plan: UninstallPlan,
  config: NodeConfig | undefined,
): Promise<readonly string[]> {
  const steps = new Steps(parts.talk, parts.clock, { before: 0, own: ownSteps });
  const left: string[] = [];
  await steps.run("muster's agent and its services end", () => endServices(parts, plan));
  await steps.run('decisions and keys', async () => {
    if (plan.backup === undefined || config === undefined) return 'not kept';
    await keepBackup(parts, config);
    return plan.backup;
  });
  await steps.run('files', () => putBack(parts, manifest, plan));
  await steps.run('packages', async () => {
    if (plan.packages.length > 0) await parts.packages.purge(plan.packages);
    const restored = await restoreEarlierConfiguration(parts);
    return `${plan.packages.length} purged${restored ? ', configuration from before is back' : ''}`;
  });
  await steps.run('muster itself', async () => {
    for (const path of plan.remove) await pruneEmpty(parts.commands, dirname(path));
    for (const path of manifest.entries().directories.toReversed()) await removeOrTell(parts, path, left);
    for (const path of plan.places) await removeOrTell(parts, path, left);
    return 'removed';
  });
  return left;
}

/** The agent first: it would start them again. */
async function endServices({ agent, services }: LocalParts, plan: UninstallPlan): Promise<string> {
  await agent.stop();
  for (const unit of plan.units) {
    const service = byUnit(unit);
    if (!(await services.state(service)).installed) continue;
    await services.stop(service);
    await services.disable(service);
  }
  return `${plan.units.length + 1} ended`;
}

/** Ending a service takes no more than its name; whatever ran it knows the rest. */
function byUnit(unit: string): ServiceSpec {
  return { unit, label: unit, foreground: ['/bin/true'], stopSignal: 'SIGTERM' };
}

async function putBack(
  { files, commands, init }: LocalParts,
  manifest: Manifest,
  plan: UninstallPlan,
): Promise<string> {
  for (const path of plan.restore) {
    const former = manifest.entries().files[path]?.former;
    const content = former ? await files.readBytes(manifest.formerPath(former.sha256)) : undefined;
    if (former && content !== undefined) {
      await files.write(path, content, { mode: former.mode, owner: former.owner });
    }
  }
  for (const path of plan.remove) await files.remove(path);
  if (init === 'systemd') await commands.run(['systemctl', 'daemon-reload']);
  return `${plan.remove.length} removed, ${plan.restore.length} put back`;
}

/** Folders that came with our files, as in haproxy.service.d: empty now, and of no package. */
async function pruneEmpty(commands: Commands, directory: string): Promise<void> {
  if (directory === '/') return;
  const owned = await commands.run(['dpkg-query', '--search', directory]);
  if (owned.exitCode === 0) return;
  // rmdir takes nothing but empty folders, and its refusal is the answer.
  const removed = await commands.run(['rmdir', directory]);
  if (removed.exitCode === 0) await pruneEmpty(commands, dirname(directory));
}

/** What cannot go, a mount point above all, is told and keeps nothing else. */
async function removeOrTell({ files }: LocalParts, path: string, left: string[]): Promise<void> {
  try {
    await files.remove(path);
  } catch (error) {
    const known = error instanceof MusterError ? `: ${error.why}` : '';
    left.push(`${messageOf(error)}${known}`);
  }
}
