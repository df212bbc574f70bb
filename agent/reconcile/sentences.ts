import type { MusterError } from '../../roles/model/errors.ts';
import type { RoleName } from '../../roles/model/node.ts';
import type { Observed } from '../../roles/model/observed.ts';
import type { ServiceSpec } from '../../roles/model/service.ts';
import type { Step } from '../../roles/model/step.ts';
import type { Telling } from './journal.ts';

/** What a step does, in words: the object of "muster plan" and the begin of its event. */
export function whatOf(step: Step): string {
  switch (step.kind) {
    case 'packages':
      return `install ${step.names.join(', ')}`;
    case 'file':
      return `${step.tells === 'drift' ? 'put back' : 'write'} ${step.file.path}`;
    case 'service':
      return `${step.action} ${step.service.label}`;
    case 'runtime':
      return `tell HAProxy: ${step.commands.join('; ')}`;
    case 'await':
      return `wait for ${step.nodes.join(', ')}`;
    case 'remove':
      return `delete ${step.path}`;
    case 'vacant':
      return `ask who has ${step.address}`;
    case 'command':
      return step.does;
    case 'copy':
      return `copy ${step.from} to ${step.to}`;
    case 'sql':
      return step.what;
    case 'clone':
      return `copy the data of ${step.donor}`;
  }
}

/** Programs say the cause last. */
const keptReasonLines = 3;

/** An error as one sentence on one line. */
export function sentenceOf(error: MusterError): string {
  const reasons = error.why.split('\n').map((line) => line.trim());
  const last = reasons.filter((line) => line !== '').slice(-keptReasonLines);
  return `${error.message}: ${last.join('; ')}`;
}

/** The sentence of a step that was carried out. */
export function tellStep(role: RoleName, step: Step): Telling {
  return { kind: step.tells ?? 'info', role, sentence: `${whatOf(step)}: ${step.why}` };
}

/**
 * Restarts that another made: the service manager, mostly, within a blink. A start of our own is known by its step.
 */
export function tellRestarts(
  role: RoleName,
  services: readonly ServiceSpec[],
  before: Observed,
  now: Observed,
): Telling[] {
  return services.flatMap((service): Telling[] => {
    const former = before.services[service.unit]?.invocation;
    const present = now.services[service.unit];
    if (former === undefined || present?.invocation === undefined || former === present.invocation) return [];
    const ended = present.ended === undefined ? '' : ` (${present.ended})`;
    const sentence = `${service.label} had ended${ended} and was started again by its service manager`;
    return [{ kind: 'healed', role, sentence }];
  });
}
