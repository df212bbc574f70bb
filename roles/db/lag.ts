/** How a replica's lag is judged, and the samples in a row that speak against that. */
export interface LagJudgement {
  readonly lag: 'ok' | 'behind';
  readonly against: number;
}

/** Nothing is known of a replica that has just begun. */
export const unknownLag: LagJudgement = { lag: 'behind', against: 0 };

/** A single late sample may be the sampler's own; a replica that comes and goes costs its readers more than one away. */
const samplesOut = 2;
const samplesIn = 5;

/**
 * Out when it is over the limit twice in a row, in again when it is below half of it five times in a row. `seconds` is
 * undefined where nothing tells.
 */
export function judgeLag(
  before: LagJudgement,
  seconds: number | undefined,
  limitSeconds: number,
): LagJudgement {
  if (before.lag === 'ok') {
    if (seconds !== undefined && seconds <= limitSeconds) return { lag: 'ok', against: 0 };
    const against = before.against + 1;
    return against >= samplesOut ? { lag: 'behind', against: 0 } : { lag: 'ok', against };
  }
  if (seconds === undefined || seconds >= limitSeconds / 2) return unknownLag;
  const against = before.against + 1;
  return against >= samplesIn ? { lag: 'ok', against: 0 } : { lag: 'behind', against };
}
