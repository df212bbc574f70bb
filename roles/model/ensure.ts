import { fingerprint, sha256 } from './fingerprint.ts';
import type { Observed } from './observed.ts';
import type { ServiceSpec } from './service.ts';
import type { FileSpec, Step } from './step.ts';

/** The pure parts that every role's plan is made of: each compares what shall be with what was observed. */

/** One step for all packages that are missing. */
export function ensurePackages(observed: Observed, names: readonly string[], label: string): Step[] {
  const missing = names.filter((name) => observed.packages[name] === undefined);
  if (missing.length === 0) return [];
  return [{ kind: 'packages', names: missing, why: `${label} needs ${missing.join(', ')}` }];
}

/** A step for each file whose content, mode or owner is not as it shall be. */
export function ensureFiles(observed: Observed, files: readonly FileSpec[]): Step[] {
  return files.flatMap((file): Step[] => {
    const found = observed.files[file.path];
    const wanted = sha256(file.content);
    if (found?.sha256 === wanted && found.mode === file.mode && found.owner === file.owner) return [];
    return [{ kind: 'file', file, why: reasonFor(observed, file, wanted) }];
  });
}

function reasonFor(observed: Observed, file: FileSpec, wanted: string): string {
  const found = observed.files[file.path];
  const written = observed.written[file.path];
  if (written === undefined)
    return found === undefined ? `${file.path} is not there yet` : `${file.path} is not ours yet`;
  if (found === undefined) return `${file.path} had been deleted by another hand`;
  if (found.sha256 !== written) return `${file.path} had been changed by another hand`;
  if (found.sha256 === wanted) return `${file.path} had another mode or owner than it shall have`;
  return `${file.path} follows the settings, the roster or the hardware`;
}

/** Removes files of ours that are no longer wanted. */
export function ensureAbsent(observed: Observed, paths: readonly string[], why: string): Step[] {
  return paths
    .filter((path) => observed.files[path] !== undefined)
    .map((path): Step => ({ kind: 'remove', path, why }));
}

/**
 * Keeps a service enabled, running, and running with the files as they shall be. `change` says how it takes new
 * files in; some can only be restarted.
 */
export function ensureService(
  observed: Observed,
  service: ServiceSpec,
  files: readonly FileSpec[],
  change: 'reload' | 'restart' = 'reload',
): Step[] {
  const state = observed.services[service.unit];
  const wanted = serviceFingerprint(service, files);
  const steps: Step[] = [];
  const step = (action: 'enable' | 'start' | 'reload' | 'restart', why: string): void => {
    steps.push({ kind: 'service', action, service, fingerprint: wanted, why });
  };
  if (state?.enabled !== true) step('enable', `${service.label} is to start with the machine`);
  if (state?.active === 'failed') {
    step('start', `${service.label} had failed (${state.ended ?? 'no reason given'})`);
  } else if (state?.active !== 'active' && state?.active !== 'activating') {
    step('start', `${service.label} was not running`);
  } else if (
    observed.loaded[service.unit] !== wanted ||
    files.some((file) => drifted(observed, service, file))
  ) {
    step(change, `${service.label} is to take its changed files in`);
  }
  return steps;
}

/** What a service runs with, as one short name. */
export function serviceFingerprint(service: ServiceSpec, files: readonly FileSpec[]): string {
  const own = files.filter((file) => file.unit === service.unit);
  return fingerprint([service, own.map((file) => [file.path, file.reloadKey ?? file.content])]);
}

/** Another hand changed the file; the service may have read it since. */
function drifted(observed: Observed, service: ServiceSpec, file: FileSpec): boolean {
  const written = observed.written[file.path];
  return file.unit === service.unit && written !== undefined && observed.files[file.path]?.sha256 !== written;
}
