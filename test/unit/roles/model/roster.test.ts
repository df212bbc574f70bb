import { describe, expect, it } from 'vitest';
import { type EndpointState, type Roster, rosterOf } from '../../../../roles/model/roster.ts';
import type { NodeView, Verdict } from '../../../../roles/model/view.ts';
import { nodeOf, ready, starting, viewOf } from '../../../support/sketches.ts';

interface Case {
  readonly verdict?: Verdict;
  readonly proved?: boolean;
  readonly drained?: boolean;
  readonly before?: EndpointState;
  readonly state: EndpointState;
  readonly weight?: number;
}

function endpointOf({ verdict = 'alive', proved = true, drained = false, before }: Case): Roster {
  const node = nodeOf({ ordinal: 1, verdict, health: { web: proved ? ready : starting } });
  const view = { ...viewOf({ ordinal: 1 }), nodes: [{ ...node, record: { ...node.record, drained } }] };
  return rosterOf(view, 'web', () => (before === undefined ? undefined : { state: before, weight: 100 }));
}

describe('weights', () => {
  const big = nodeOf({ ordinal: 1, health: { web: ready }, hardware: { cores: 8 } });
  const unheard = nodeOf({ ordinal: 2, silent: true });
  const weights = (nodes: readonly NodeView[], inForce?: number): readonly number[] =>
    rosterOf({ ...viewOf({ ordinal: 1 }), nodes }, 'web', () =>
      inForce === undefined ? undefined : { state: 'ready', weight: inForce },
    ).endpoints.map(({ weight }) => weight);

  it.each([
    { what: 'stay as they are while the hardware of one is unknown', inForce: 60, is: [60, 60] },
    { what: 'are guessed where nothing is in force yet', inForce: undefined, is: [100, 13] },
    { what: 'are guessed where the file says drained', inForce: 0, is: [100, 13] },
  ])('$what', ({ inForce, is }) => {
    expect(weights([big, unheard], inForce)).toEqual(is);
  });

  it('follow the hardware once it is known', () => {
    const small = nodeOf({ ordinal: 2, health: { web: ready }, hardware: { cores: 4 } });
    expect(weights([big, small], 77)).toEqual([100, 50]);
  });
});

describe('an endpoint', () => {
  const cases: readonly Case[] = [
    { state: 'ready', weight: 100 },
    { proved: false, state: 'out' },
    { proved: false, before: 'ready', state: 'ready' },
    { drained: true, state: 'drain' },
    { drained: true, before: 'ready', proved: false, state: 'drain' },
    { drained: true, before: 'out', proved: false, state: 'out' },
    { before: 'drain', proved: false, state: 'ready' },
    { verdict: 'suspect', state: 'ready', weight: 50 },
    { verdict: 'suspect', drained: true, state: 'drain', weight: 50 },
    { verdict: 'unmanaged', before: 'ready', proved: false, state: 'ready', weight: 100 },
    { verdict: 'unmanaged', before: 'out', state: 'out' },
    { verdict: 'unmanaged', state: 'ready' },
    { verdict: 'unreachable', before: 'ready', state: 'out' },
    { verdict: 'dead', before: 'ready', state: 'out' },
    { verdict: 'left', before: 'ready', state: 'out' },
  ];
  it.each(cases)('$verdict, proved $proved, drained $drained, was $before: $state', (row) => {
    const [endpoint] = endpointOf(row).endpoints;
    expect(endpoint?.state).toBe(row.state);
    if (row.weight !== undefined) expect(endpoint?.weight).toBe(row.weight);
  });

  it('is the same roster while it is only suspect', () => {
    const calm = endpointOf({ state: 'ready' });
    expect(endpointOf({ verdict: 'suspect', state: 'ready' }).revision).toBe(calm.revision);
    expect(endpointOf({ drained: true, state: 'drain' }).revision).not.toBe(calm.revision);
  });
});
