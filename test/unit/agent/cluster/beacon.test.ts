import { describe, expect, it } from 'vitest';
import { type BeaconState, planBeacon } from '../../../../agent/cluster/beacon.ts';

/** So many other nodes, of which the first so many are heard. */
function peers(count: number, heard: number): { id: string; heard: boolean }[] {
  return Array.from({ length: count }, (_, index) => ({ id: `n${String(index)}`, heard: index < heard }));
}

/** Whom a node asks that looks four times a second, by the second. */
function watched(others: ReturnType<typeof peers>, fromS: number, toS: number): [number, string][] {
  const asked: [number, string][] = [];
  let state: BeaconState | undefined;
  for (let nowMs = 0; nowMs < toS * 1_000; nowMs += 250) {
    const plan = planBeacon(state, others, nowMs);
    state = plan.state;
    if (plan.ask.length > 0 && nowMs >= fromS * 1_000) asked.push([nowMs / 1_000, plan.ask.join(' ')]);
  }
  return asked;
}

describe('a node calls for all that it misses', () => {
  it.each([
    { of: 1, others: 0, heard: 0, calls: false },
    { of: 2, others: 1, heard: 0, calls: true },
    { of: 2, others: 1, heard: 1, calls: false },
    { of: 3, others: 2, heard: 0, calls: true },
    { of: 3, others: 2, heard: 1, calls: false },
    { of: 4, others: 3, heard: 1, calls: true },
    { of: 4, others: 3, heard: 2, calls: false },
    { of: 5, others: 4, heard: 1, calls: true },
    { of: 5, others: 4, heard: 2, calls: false },
  ])('of $of that hears $heard others: $calls', ({ others, heard, calls }) => {
    expect(watched(peers(others, heard), 0, 5).length > 0).toBe(calls);
  });

  it('after two seconds, and then each second', () => {
    expect(watched(peers(2, 0), 0, 5)).toEqual([
      [2, 'n0 n1'],
      [3, 'n0 n1'],
      [4, 'n0 n1'],
    ]);
  });

  it('less often after a minute', () => {
    expect(watched(peers(1, 0), 60, 75).map(([second]) => second)).toEqual([60, 65, 70]);
  });

  it('ten at a time, in turns', () => {
    const turns = watched(peers(25, 2), 0, 6).map(([, asked]) => asked.split(' '));
    expect(turns.map((turn) => turn.length)).toEqual([10, 10, 10, 10]);
    expect(new Set(turns.slice(0, 3).flat()).size).toBe(23);
  });

  it('and has patience anew once it was not alone', () => {
    const [alone, together] = [peers(2, 0), peers(2, 1)];
    let { state } = planBeacon(undefined, alone, 0);
    expect(planBeacon(state, alone, 2_000).ask).toHaveLength(2);
    ({ state } = planBeacon(state, together, 2_250));
    ({ state } = planBeacon(state, alone, 2_500));
    expect(planBeacon(state, alone, 4_250).ask).toEqual([]);
    expect(planBeacon(state, alone, 4_500).ask).toHaveLength(2);
  });
});
