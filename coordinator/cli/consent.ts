import { MusterError } from '../../roles/model/errors.ts';
import type { Context } from './context.ts';

/** What `--yes` becomes. */
export interface Consent {
  readonly yes: boolean;
}

/** Refuses early what could not be answered later. */
export function requireAnswer(context: Context, consent: Consent): void {
  if (consent.yes || context.operator.canAnswer) return;
  throw new MusterError('answer-needed', {
    what: 'the change needs a yes, and there is no terminal to ask at',
    why: 'nothing is changed without consent',
    next: 'the same command with --yes',
  });
}
