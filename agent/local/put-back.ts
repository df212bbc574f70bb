import { messageOf } from '../../roles/model/errors.ts';
import { hostsPath, withoutBlock } from '../../roles/node/templates.ts';
import type { Manifest } from '../reconcile/manifest.ts';
import { keepEarlierAside, restoreEarlierConfiguration } from './earlier.ts';
import { attempt, type Left } from './left.ts';
import type { LocalParts } from './parts.ts';
import type { UninstallPlan } from './uninstall-plan.ts';

/** Where former content is kept that cannot go back to its place, below the path that it had. */
const asidePlace = '/var/backups/muster-former';

/** Files of ours go, former content comes back; what cannot is told, and its former content kept aside. */
export async function putBack(
  parts: LocalParts,
  manifest: Manifest,
  plan: UninstallPlan,
  left: Left,
): Promise<string> {
  const { files, commands, init } = parts;
  let restored = 0;
  for (const path of plan.restore) if (await restore(parts, manifest, path, left)) restored += 1;
  let removed = 0;
  for (const path of plan.remove) if (await attempt(left, () => files.remove(path))) removed += 1;
  if (init === 'systemd') await commands.run(['systemctl', 'daemon-reload']);
  return `${removed} removed, ${restored} put back`;
}

async function restore(
  { files }: LocalParts,
  manifest: Manifest,
  path: string,
  left: Left,
): Promise<boolean> {
  const former = manifest.entries().files[path]?.former;
  if (!former) return false;
  const kept = await files.readBytes(manifest.formerPath(former.sha256));
  // Lines that were added since are the machine's own: only our block goes.
  const now = path === hostsPath ? await files.read(path) : undefined;
  const content = now === undefined ? kept : withoutBlock(now);
  const { mode, owner } = former;
  if (content === undefined) {
    left.push(
      `${path} stays as it is: its former content is missing (${manifest.formerPath(former.sha256)})`,
    );
    return false;
  }
  const back = await attempt(left, () => files.write(path, content, { mode, owner }));
  if (back || kept === undefined) return back;
  // Whoever made that path another thing may want the content all the same; it goes with our state otherwise.
  const aside = `${asidePlace}${path}`;
  const safe = await attempt(left, () => files.write(aside, kept, { mode: 0o600 }));
  if (safe) left.push(`what was at ${path} before muster is kept in ${aside}`);
  return false;
}

/** Configuration from before, after the packages have gone. In words for the step's line. */
export async function putBackEarlier(parts: LocalParts, left: Left): Promise<string> {
  try {
    return (await restoreEarlierConfiguration(parts)) ? ', configuration from before is back' : '';
  } catch (error) {
    const kept = await keepEarlierAside(parts);
    left.push(`configuration from before is not all back, and kept in ${kept}: ${messageOf(error)}`);
    return '';
  }
}
