import { paths } from '../../roles/model/paths.ts';
import type { ManifestData } from '../reconcile/manifest.ts';
import { backupPath } from './backup.ts';
import { agentService } from './parts.ts';
import type { NodeConfig } from './state.ts';

/** What users have made: nobody else has it. */
const dataPlaces = ['/var/lib/mysql', paths.storage] as const;

/**
 * The places of data on a machine that muster made. A database server that was there before muster is another's, data
 * and all.
 */
export function dataPlacesOf({ packages }: Pick<ManifestData, 'packages'>): readonly string[] {
  return dataPlaces.filter((path) => path !== '/var/lib/mysql' || packages.includes('mariadb-server'));
}

/** What is ours alone and goes as a whole, the running program last. */
const ownPlaces = [
  '/etc/muster',
  paths.run,
  paths.log,
  paths.state,
  '/usr/local/bin/muster',
  // Put there by install.sh, where the shell has such a folder.
  '/usr/share/bash-completion/completions/muster',
  '/usr/share/zsh/vendor-completions/_muster',
  '/usr/share/fish/vendor_completions.d/muster.fish',
  paths.payload,
] as const;

/** What muster's leaving does to this machine. */
export interface UninstallPlan {
  /** Services to end, those that started last first. */
  readonly stop: readonly string[];
  /** Of those, the ones that start with the machine since muster. */
  readonly disable: readonly string[];
  readonly packages: readonly string[];
  /** Files of ours that go. */
  readonly remove: readonly string[];
  /** Files that get their former content back. */
  readonly restore: readonly string[];
  /** Where the cluster's decisions and keys are kept; undefined where there are none, or none shall be. */
  readonly backup: string | undefined;
  /** Where databases and uploads lie: it stays, unless the operator wants it gone. */
  readonly data: readonly string[];
  readonly purgeData: boolean;
  readonly places: readonly string[];
}

interface Known {
  readonly manifest: ManifestData;
  /** Units that the agent itself keeps running where there is no systemd. */
  readonly supervised: readonly string[];
  readonly config: NodeConfig | undefined;
  readonly purgeData: boolean;
  /** Of the places of data, those that are not empty. */
  readonly data: readonly string[];
}

/** Derives it from the manifest: only what muster itself brought or wrote. */
export function planUninstall({ manifest, supervised, config, purgeData, data }: Known): UninstallPlan {
  // A package enables its service itself: then the manifest knows it by what it was started with.
  const started = [...Object.keys(manifest.loaded), ...manifest.services];
  const files = Object.entries(manifest.files).toReversed();
  return {
    stop: [...new Set([...started, ...supervised])].filter((unit) => unit !== agentService.unit).toReversed(),
    disable: manifest.services.filter((unit) => unit !== agentService.unit),
    packages: manifest.packages,
    remove: files.filter(([, { former }]) => former === null).map(([path]) => path),
    // What was kept and never overwritten is as it was.
    restore: files
      .filter(([, { former, written }]) => former !== null && written !== null)
      .map(([path]) => path),
    backup: purgeData || config === undefined ? undefined : backupPath(config),
    data,
    purgeData,
    places: ownPlaces,
  };
}

/** The plan in words, a line each. */
export function describeUninstall(plan: UninstallPlan): readonly string[] {
  const { stop, packages, remove, restore, backup, data, purgeData, places } = plan;
  const lines = [`end: ${[agentService.unit, ...stop].join(', ')}`];
  if (packages.length > 0)
    lines.push(`purge ${packages.length} packages that came with muster: ${packages.join(' ')}`);
  if (restore.length > 0) lines.push(`put back as it was: ${restore.join(', ')}`);
  if (remove.length > 0) lines.push(`remove: ${remove.join(', ')}`);
  lines.push(`remove: ${places.join(', ')}`);
  lines.push(
    backup === undefined
      ? 'keep nothing of the decisions and keys of this cluster'
      : `keep the decisions and keys of this cluster in ${backup}`,
  );
  if (data.length > 0) {
    lines.push(
      `${purgeData ? 'REMOVE the data' : 'keep the data'} of databases and uploads: ${data.join(', ')}`,
    );
  }
  return lines;
}
