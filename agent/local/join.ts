import { MusterError } from '../../roles/model/errors.ts';

export interface JoinOptions {
  readonly token: string;
  readonly name?: string;
  readonly address?: string;
  readonly json: boolean;
}

/** Makes this machine a node of the token's cluster. */
export async function runJoin(options: JoinOptions): Promise<void> {
  throw new MusterError('not-allowed', {
    what: `joining with ${options.token.length} characters is not wired yet`,
    why: 'it is being built',
    next: 'muster --help',
  });
}
