import { dirname } from 'node:path';
import type { ServiceSpec } from '../../roles/model/service.ts';
import type { Manifest } from '../reconcile/manifest.ts';
import { keepBackup } from './backup.ts';
import { clearDregs, pruneEmpty } from './dregs.ts';
import { endStorage } from './end-storage.ts';
import { attempt, type Left } from './left.ts';
import type { LocalParts } from './parts.ts';
import { putBack, putBackEarlier } from './put-back.ts';
import type { NodeConfig } from './state.ts';
import { Steps } from './steps.ts';
import type { UninstallPlan } from './uninstall-plan.ts';

const ownSteps = 5;

/**
 * Carries the plan out, the agent being ended. Returns a sentence for each thing that could not go. Throws only where
 * the same command can do it later, and before anything is lost that it would need then.
 */
export async function carryOut(
  parts: LocalParts,
  manifest: Manifest,
  plan: UninstallPlan,
  config: NodeConfig | undefined,
): Promise<readonly string[]> {
  const steps = new Steps(parts.talk, parts.clock, { before: 0, own: ownSteps });
  const left: Left = [];
  await steps.run("muster's services end", async () => {
    const ended = await endServices(parts, plan, left);
    await endStorage(parts, plan.stop);
    return ended;
  });
  await steps.run('decisions and keys', async () => {
    if (plan.backup === undefined || config === undefined) return 'not kept';
    await keepBackup(parts, config);
    return plan.backup;
  });
  await steps.run('files', () => putBack(parts, manifest, plan, left));
  await steps.run('packages', () => purge(parts, plan, left));
  await steps.run('muster itself', async () => {
    for (const path of plan.remove) await pruneEmpty(parts.commands, dirname(path));
    const data = plan.purgeData ? plan.data : [];
    const places = [...manifest.entries().directories.toReversed(), ...data, ...plan.places];
    for (const path of places) await attempt(left, () => parts.files.remove(path));
    return 'removed';
  });
  return left;
}

async function endServices({ services }: LocalParts, plan: UninstallPlan, left: Left): Promise<string> {
  let ended = 0;
  for (const unit of plan.stop) {
    const service = byUnit(unit);
    const done = await attempt(left, async () => {
      if (!(await services.state(service)).installed) return;
      await services.stop(service);
      if (plan.disable.includes(unit)) await services.disable(service);
    });
    if (done) ended += 1;
  }
  return `${ended} ended`;
}

/** Ending a service takes no more than its name; whatever ran it knows the rest. */
function byUnit(unit: string): ServiceSpec {
  return { unit, label: unit, foreground: ['/bin/true'], stopSignal: 'SIGTERM' };
}

/** What others need by now stays, and is theirs. */
async function purge(parts: LocalParts, plan: UninstallPlan, left: Left): Promise<string> {
  const kept = plan.packages.length === 0 ? [] : await parts.packages.purge(plan.packages);
  for (const { name, why } of kept) left.push(`the package ${name}: ${why}`);
  const purged = plan.packages.filter((name) => kept.every((one) => one.name !== name));
  await attempt(left, () => clearDregs(parts, purged));
  const stay = kept.length === 0 ? '' : `, ${kept.length} stay`;
  return `${purged.length} purged${stay}${await putBackEarlier(parts, left)}`;
}
