import { MusterError } from '../../../roles/model/errors.ts';
import type { Problem } from './answers.ts';

/** The authority has answered, and says no. */
export class Refusal extends MusterError {
  /** As the authority names it: `urn:ietf:params:acme:error:rateLimited`. */
  readonly type: string;
  /** How long it wants to be left alone. */
  readonly retryAfterMs: number;

  constructor(what: string, { type, detail, subproblems }: Problem, retryAfterMs = 0) {
    const why = [detail, ...subproblems.map((one) => one.detail)].filter((one) => one !== '').join('; ');
    super('certificate-refused', { what, why, next: 'muster cert ls' });
    this.type = type;
    this.retryAfterMs = retryAfterMs;
  }

  /** Whether it is of this kind, by the last word of its type. */
  is(kind: string): boolean {
    return this.type.endsWith(`:${kind}`);
  }
}

/** No whole answer came. */
export function unreachable(host: string, why: string, cause: unknown): MusterError {
  return new MusterError('peer-unreachable', {
    what: `the authority ${host} does not answer`,
    why,
    next: `curl -sI https://${host}/, on the node that leads; muster cert ls`,
    cause,
  });
}
