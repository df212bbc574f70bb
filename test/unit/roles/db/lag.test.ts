import { describe, expect, it } from 'vitest';
import { judgeLag, type LagJudgement, unknownLag } from '../../../../roles/db/lag.ts';

const after = (samples: readonly (number | undefined)[], begin: LagJudgement = unknownLag): string =>
  samples.reduce<LagJudgement>((before, seconds) => judgeLag(before, seconds, 10), begin).lag;
const ok: LagJudgement = { lag: 'ok', against: 0 };

describe('the lag of a replica', () => {
  it.each([
    { when: 'nothing is known yet', begin: unknownLag, samples: [], is: 'behind' },
    { when: 'it was well below the limit five times', begin: unknownLag, samples: [1, 1, 1, 1, 1], is: 'ok' },
    { when: 'it was so four times', begin: unknownLag, samples: [1, 1, 1, 1], is: 'behind' },
    {
      when: 'it is between half and the whole limit',
      begin: unknownLag,
      samples: [6, 6, 6, 6, 6, 6],
      is: 'behind',
    },
    { when: 'it was late once', begin: ok, samples: [11], is: 'ok' },
    { when: 'it was late twice', begin: ok, samples: [11, 11], is: 'behind' },
    { when: 'it was late now and then', begin: ok, samples: [11, 1, 11, 1], is: 'ok' },
    { when: 'it is near the limit', begin: ok, samples: [9, 9, 9], is: 'ok' },
    { when: 'nothing tells any more', begin: ok, samples: [undefined, undefined], is: 'behind' },
  ])('when $when', ({ begin, samples, is }) => {
    expect(after(samples, begin)).toBe(is);
  });
});
