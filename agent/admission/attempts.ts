import { MusterError } from '../../roles/model/errors.ts';

/** Each conflict means that another change came through, so that only a storm of them gets here. */
const mostAttempts = 10;

/** Decides and writes until nothing came in between; `attempt` reads anew each time, and is undefined on a conflict. */
export async function untilCommitted<Result>(attempt: () => Promise<Result | undefined>): Promise<Result> {
  for (let count = 0; count < mostAttempts; count += 1) {
    const result = await attempt();
    if (result !== undefined) return result;
  }
  throw new MusterError('store-unreachable', {
    what: 'the decision could not be made',
    why: `others changed the same entries ${mostAttempts} times meanwhile`,
    next: 'the same command again, in a moment',
  });
}
