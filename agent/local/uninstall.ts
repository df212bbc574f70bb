import { MusterError, messageOf } from '../../roles/model/errors.ts';
import { paths } from '../../roles/model/paths.ts';
import { schemaVersion } from '../api/contract.ts';
import { openManifest } from '../reconcile/manifest.ts';
import { machineParts } from './machine.ts';
import { installPackages } from './packages.ts';
import type { LocalParts } from './parts.ts';
import { type NodeConfig, readNodeConfig } from './state.ts';
import { describeUninstall, planUninstall } from './uninstall-plan.ts';
import { carryOut } from './uninstall-steps.ts';

export interface UninstallOptions {
  readonly dryRun: boolean;
  readonly yes: boolean;
  /** Keep no copy of the decisions and keys. */
  readonly purgeData: boolean;
  readonly json: boolean;
}

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
  const supervised = await supervisedUnits(parts);
  const { purgeData } = options;
  const plan = planUninstall({ manifest: manifest.entries(), supervised, config, purgeData });
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

/** The agent's own records of what it runs, a file each. */
async function supervisedUnits({ files, init }: LocalParts): Promise<readonly string[]> {
  if (init === 'systemd') return [];
  const names = await files.list(`${paths.run}/services`);
  return names.filter((name) => name.endsWith('.json')).map((name) => name.slice(0, -'.json'.length));
}
