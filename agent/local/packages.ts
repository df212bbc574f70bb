import type { Packages } from '../../roles/model/ports.ts';
import { roles } from '../../roles/registry.ts';
import type { Manifest } from '../reconcile/manifest.ts';

/** Only a voter runs it, and its package would start a service of its own with the machine. */
const forVoters = new Set(['etcd-server']);

/** What a lone node needs, which carries every role: one transaction, so that apt runs once. */
export function neededPackages(): readonly string[] {
  return [...new Set(roles.flatMap((role) => role.packages))].sort();
}

/** What a node needs that joins others, whatever role it will be given. */
export function joinersPackages(): readonly string[] {
  return neededPackages().filter((name) => !forVoters.has(name));
}

/** Installs what is missing of these and tells the manifest what came new, an earlier run that was cut included. */
export function installPackages(
  packages: Packages,
  manifest: Manifest,
  names: readonly string[],
): Promise<readonly string[]> {
  return packages.install(names, (came) => manifest.recordPackages(came));
}
