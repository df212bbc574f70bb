import { fingerprint, sha256 } from './fingerprint.ts';
import type { Observed } from './observed.ts';
import { secretsIn } from './secret.ts';
import type { ServiceSpec } from './service.ts';
import type { FileSpec, FileStep, ServiceStep, Step } from './step.ts';

/** The pure parts that every role's plan is made of: each compares what shall be with what was observed. */

/** One step for all packages that are missing. */
export function ensurePackages(observed: Observed, names: readonly string[], label: string): Step[] {
  const missing = names.filter((name) => observed.packages[name] === undefined);
  if (missing.length === 0) return [];
  return [{ kind: 'packages', names: missing, why: `${label} needs ${missing.join(', ')}` }];
}

/**
 * A step for each file whose content, mode or owner is not as it shall be. What only has to be put back comes first:
 * it was checked when it was written, and a checker that reads the whole configuration would trip over the damage.
 */
export function ensureFiles(observed: Observed, files: readonly FileSpec[]): Step[] {
  const steps = files.filter((file) => !asWanted(observed, file)).map((file) => fileStep(observed, file));
  const restored = steps.filter(({ file }) => observed.written[file.path] === hashOf(observed, file));
  return [...restored, ...steps.filter((step) => !restored.includes(step))];
}

function asWanted(observed: Observed, file: FileSpec): boolean {
  const found = observed.files[file.path];
  return found?.sha256 === hashOf(observed, file) && found.mode === file.mode && found.owner === file.owner;
}

/**
 * What the content hashes to once it is written. With secrets in it only the agent can tell: it is what was written
 * last, as long as that was made from the same text; else nothing that could be there.
 */
function hashOf(observed: Observed, { path, content }: FileSpec): string {
  if (secretsIn(content).length === 0) return sha256(content);
  return observed.sources?.[path] === sha256(content) ? (observed.written[path] ?? '') : '';
}

function fileStep(observed: Observed, file: FileSpec): FileStep {
  const { path } = file;
  const found = observed.files[path];
  const written = observed.written[path];
  if (written === undefined) {
    return {
      kind: 'file',
      file,
      why: found === undefined ? 'it is not there yet' : 'it is not ours yet',
    };
  }
  if (found === undefined)
    return { kind: 'file', file, tells: 'drift', why: 'it had been deleted by another hand' };
  if (found.sha256 !== written) {
    return { kind: 'file', file, tells: 'drift', why: 'it had been changed by another hand' };
  }
  if (found.sha256 === hashOf(observed, file)) {
    return { kind: 'file', file, tells: 'drift', why: 'it had been given another mode or owner' };
  }
  return { kind: 'file', file, why: 'it follows the settings, the roster or the hardware' };
}

/**
 * Keeps a service enabled (or not, where the agent alone starts it), running, and running with the files as they shall be. `change` says how it takes new
 * files in; some can only be restarted. A masked one is left as it is: systemd would refuse every step, and its health
 * says the way out.
 */
export function ensureService(
  observed: Observed,
  service: ServiceSpec,
  files: readonly FileSpec[],
  change: 'reload' | 'restart' = 'reload',
): ServiceStep[] {
  const state = observed.services[service.unit];
  if (state?.masked === true) return [];
  const wanted = serviceFingerprint(service, files);
  const awaited = service.startedBy === 'agent';
  const ranBefore = observed.loaded[service.unit] !== undefined;
  const step = (action: ServiceStep['action'], why: string): ServiceStep => {
    const mends = action === 'start' && ranBefore && !(awaited && state?.active !== 'failed');
    const healing = mends ? ({ tells: 'healed' } as const) : {};
    return { kind: 'service', action, service, fingerprint: wanted, why, ...healing };
  };
  const { label } = service;
  const steps: ServiceStep[] = [];
  if (awaited && state?.enabled === true) {
    steps.push(step('disable', `${label} is to start once all it needs is there, not with the machine`));
  }
  if (!awaited && state?.enabled !== true)
    steps.push(step('enable', `${label} is to start with the machine`));
  if (state?.active === 'failed') {
    steps.push(step('start', `${label} had failed (${state.ended ?? 'no reason given'})`));
  } else if (state?.active !== 'active' && state?.active !== 'activating') {
    steps.push(step('start', `${label} was not running`));
  } else if (
    observed.loaded[service.unit] !== wanted ||
    files.some((file) => drifted(observed, service, file))
  ) {
    steps.push(step(change, `${label} is to take its changed files in`));
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

/**
 * Ends services that muster once started and that are no longer to run here, those that started last first; not even
 * the next start of the machine brings them back.
 */
export function ensureOff(observed: Observed, services: readonly ServiceSpec[], why: string): Step[] {
  const known = services.filter(({ unit }) => observed.loaded[unit] !== undefined).toReversed();
  return known.flatMap((service): Step[] => [
    { kind: 'service', action: 'disable', service, fingerprint: '', why },
    { kind: 'service', action: 'stop', service, fingerprint: '', why },
  ]);
}
