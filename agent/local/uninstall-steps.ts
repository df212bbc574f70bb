import { dirname } from 'node:path';
import { MusterError, messageOf } from '../../roles/model/errors.ts';
import type { ServiceSpec } from '../../roles/model/service.ts';
import { hostsPath, withoutBlock } from '../../roles/node/templates.ts';
import type { Manifest } from '../reconcile/manifest.ts';
import { keepBackup } from './backup.ts';
import { clearDregs, pruneEmpty } from './dregs.ts';
import { restoreEarlierConfiguration } from './earlier.ts';
import type { LocalParts } from './parts.ts';
import type { NodeConfig } from './state.ts';
import { Steps } from './steps.ts';
import type { UninstallPlan } from './uninstall-plan.ts';

const ownSteps = 5;

/** Returns a sentence for each thing that could not go. */
export async function carryOut(
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
    await clearDregs(parts, plan.packages);
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
  for (const unit of plan.stop) {
    const service = byUnit(unit);
    if (!(await services.state(service)).installed) continue;
    await services.stop(service);
    if (plan.disable.includes(unit)) await services.disable(service);
  }
  return `${plan.stop.length + 1} ended`;
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
    const kept = former ? await files.readBytes(manifest.formerPath(former.sha256)) : undefined;
    // Lines that were added since are the machine's own: only our block goes.
    const now = path === hostsPath ? await files.read(path) : undefined;
    const content = now === undefined ? kept : withoutBlock(now);
    if (former && content !== undefined) {
      await files.write(path, content, { mode: former.mode, owner: former.owner });
    }
  }
  for (const path of plan.remove) await files.remove(path);
  if (init === 'systemd') await commands.run(['systemctl', 'daemon-reload']);
  return `${plan.remove.length} removed, ${plan.restore.length} put back`;
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
