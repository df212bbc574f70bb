import { votersUnreachable } from '../../coordinator/store/errors.ts';
import { MusterError, messageOf } from '../../roles/model/errors.ts';
import type { PeerAnswer, PeerApi, PeerPlace, PeerRequest } from './peer-api.ts';

/** A word may take several writes, and a signature. */
const deadlineMs = 20_000;

/** Passes a request on to the first voter that answers. Throws `store-unreachable` where none does. */
export async function passOn(
  api: Pick<PeerApi, 'ask'>,
  voters: readonly PeerPlace[],
  request: PeerRequest,
): Promise<PeerAnswer> {
  const reasons: string[] = [];
  for (const voter of voters) {
    try {
      return await api.ask(voter, { deadlineMs, ...request });
    } catch (error) {
      reasons.push(reasonOf(error));
    }
  }
  throw votersUnreachable(names(voters), reasons.join('; '));
}

export function names(places: readonly PeerPlace[]): readonly string[] {
  return places.map(({ name }) => name);
}

/** Why a node gave no answer, with what is known of the cause. */
export function reasonOf(error: unknown): string {
  return error instanceof MusterError ? `${error.message} (${error.why})` : messageOf(error);
}
