import { sha256 } from '../../roles/model/fingerprint.ts';
import type { Observed } from '../../roles/model/observed.ts';
import { secretsIn } from '../../roles/model/secret.ts';
import type { ServiceState } from '../../roles/model/service.ts';
import type {
  CopyStep,
  FileStep,
  RemoveStep,
  RuntimeStep,
  ServiceStep,
  SqlStep,
  Step,
} from '../../roles/model/step.ts';

/** What a role's server makes of a runtime step; by default nothing that is observed. */
export type ApplyRuntime = (observed: Observed, step: RuntimeStep | SqlStep) => Observed;

/** What a machine would look like after the steps: a perfect executor, as a pure function. */
export function applySteps(
  observed: Observed,
  steps: readonly Step[],
  applyRuntime: ApplyRuntime = (same) => same,
): Observed {
  let now = observed;
  for (const step of steps) now = applyStep(now, step, applyRuntime);
  return now;
}

function applyStep(observed: Observed, step: Step, applyRuntime: ApplyRuntime): Observed {
  switch (step.kind) {
    case 'packages': {
      const added = Object.fromEntries(step.names.map((name) => [name, '1.0']));
      return { ...observed, packages: { ...observed.packages, ...added } };
    }
    case 'file':
      return applyFile(observed, step);
    case 'service':
      return applyService(observed, step);
    case 'copy':
      return applyCopy(observed, step);
    case 'runtime':
    case 'sql':
      return applyRuntime(observed, step);
    case 'remove':
      return applyRemoval(observed, step);
    case 'clone':
    case 'await':
    case 'vacant':
    case 'command':
      return observed;
  }
}

function applyFile(observed: Observed, { file }: FileStep): Observed {
  const hash = sha256(file.content);
  const found = { sha256: hash, mode: file.mode, owner: file.owner };
  const secret = secretsIn(file.content).length > 0;
  return {
    ...observed,
    ...(secret ? { sources: { ...observed.sources, [file.path]: hash } } : {}),
    files: { ...observed.files, [file.path]: found },
    written: { ...observed.written, [file.path]: hash },
    texts: { ...observed.texts, [file.path]: file.content },
  };
}

/** Gone from the file system, the manifest and every listing. */
function applyRemoval(observed: Observed, { path }: RemoveStep): Observed {
  const { [path]: _file, ...files } = observed.files;
  const { [path]: _written, ...written } = observed.written;
  const name = path.slice(path.lastIndexOf('/') + 1);
  const answers = Object.entries(observed.answers).map(([key, answer]) => {
    if (!answer.ok) return [key, answer];
    const lines = answer.text.split('\n').filter((line) => line !== name);
    return [key, { ...answer, text: lines.join('\n') }];
  });
  return { ...observed, files, written, answers: Object.fromEntries(answers) };
}

function applyCopy(observed: Observed, { from, to, mode, owner }: CopyStep): Observed {
  const found = { sha256: observed.files[from]?.sha256 ?? '', mode, owner };
  return { ...observed, files: { ...observed.files, [to]: found } };
}

function applyService(observed: Observed, step: ServiceStep): Observed {
  const { unit } = step.service;
  const before = observed.services[unit] ?? { unit, installed: true, active: 'inactive', enabled: false };
  const services = { ...observed.services, [unit]: afterAction(before, step.action) };
  return { ...observed, services, loaded: loadedAfter(observed.loaded, step) };
}

function loadedAfter(
  loaded: Observed['loaded'],
  { action, service, fingerprint }: ServiceStep,
): Observed['loaded'] {
  const { [service.unit]: _before, ...others } = loaded;
  if (action === 'stop') return others;
  return action === 'enable' || action === 'disable' ? loaded : { ...others, [service.unit]: fingerprint };
}

function afterAction(before: ServiceState, action: ServiceStep['action']): ServiceState {
  const { unit, enabled } = before;
  switch (action) {
    case 'enable':
      return { ...before, installed: true, enabled: true };
    case 'disable':
      return { ...before, enabled: false };
    case 'stop':
      return { unit, installed: true, enabled, active: 'inactive' };
    case 'start':
    case 'restart':
      return { unit, installed: true, enabled, active: 'active' };
    case 'reload':
      return before;
  }
}
