import { describe, expect, it } from 'vitest';
import {
  dialled,
  type OverlayPeer,
  type OverlayPlan,
  type OverlayState,
  planOverlay,
  startOverlay,
  stirred,
} from '../../../../agent/cluster/overlay.ts';
import { seededRandom } from '../../../support/seeds.ts';

const idOf = (index: number): string =>
  `n${String.fromCharCode(97 + Math.floor(index / 26), 97 + (index % 26)).repeat(6)}`;

function peers(count: number, connected: number, heard = true): OverlayPeer[] {
  return Array.from({ length: count }, (_, index) => ({
    id: idOf(index + 1),
    connected: index < connected,
    dialling: false,
    heard,
  }));
}

function plan(
  all: readonly OverlayPeer[],
  nowMs = 0,
  state: OverlayState = startOverlay(0),
  self = idOf(0),
): OverlayPlan {
  return planOverlay(state, self, all, nowMs, seededRandom(1));
}

describe('the overlay', () => {
  it.each([
    { count: 2, connected: 0, dials: 2 },
    { count: 2, connected: 2, dials: 0 },
    { count: 20, connected: 0, dials: 6 },
    { count: 20, connected: 4, dials: 2 },
    { count: 20, connected: 6, dials: 0 },
  ])('dials $dials of $count others when $connected are connected', ({ count, connected, dials }) => {
    expect(plan(peers(count, connected)).dial).toHaveLength(dials);
  });

  it('leaves it to the smaller id to dial, unless nobody does', () => {
    const [low, high] = [idOf(0), idOf(9)];
    const others = [{ id: low, connected: false, dialling: false, heard: true }];
    const first = plan(others, 0, startOverlay(0), high);
    expect(first.dial).toEqual([]);
    expect(plan(others, 1_900, first.state, high).dial).toEqual([]);
    expect(plan(others, 2_000, first.state, high).dial).toEqual([low]);
  });

  it('counts a dial that is under way, but not as company', () => {
    const [self, low] = [idOf(9), idOf(0)];
    const larger = peers(20, 0, false).slice(9);
    const silent = larger.map(({ id }, index) => ({
      id,
      connected: false,
      dialling: index < 5,
      heard: false,
    }));
    const others = [{ id: low, connected: false, dialling: false, heard: true }, ...silent];
    const first = plan(others, 0, startOverlay(0), self);
    expect(first.dial).toHaveLength(1);
    expect(first.dial).not.toContain(low);
    expect(plan(others, 2_000, first.state, self).dial[0]).toBe(low);
  });

  it('prefers those that are heard', () => {
    const silent = peers(20, 0, false).slice(0, 14);
    const heard = peers(20, 0).slice(14);
    expect(new Set(plan([...silent, ...heard]).dial)).toEqual(new Set(heard.map(({ id }) => id)));
  });

  it('waits longer after every failure, and at most about 8 s', () => {
    let state = startOverlay(0);
    const pauses: number[] = [];
    let lastMs = 0;
    for (let nowMs = 0; nowMs < 60_000; nowMs += 125) {
      const step = plan(peers(1, 0, false), nowMs, state);
      state = step.state;
      if (step.dial.length === 0) continue;
      pauses.push(nowMs - lastMs);
      lastMs = nowMs;
      state = dialled(state, idOf(1), false);
    }
    expect(pauses[1]).toBeLessThanOrEqual(1_375);
    expect(Math.max(...pauses)).toBeGreaterThan(5_500);
    expect(Math.max(...pauses)).toBeLessThanOrEqual(10_125);
  });

  it('dials a node soon that is heard again, however often it failed', () => {
    const silent = plan(peers(1, 0, false));
    let state = silent.state;
    for (let failures = 0; failures < 4; failures += 1) state = dialled(state, idOf(1), false);
    expect(plan(peers(1, 0, false), 2_000, state).dial).toEqual([]);
    expect(plan(peers(1, 0), 2_000, state).dial).toEqual([idOf(1)]);
  });

  it('forgets whom it dialled once they are no peers any more', () => {
    const { state } = plan(peers(3, 0));
    const left = peers(1, 0);
    expect([...plan(left, 100, state).state.dials.keys()]).toEqual(left.map(({ id }) => id));
  });

  it('dials one more now and then, so that circles meet: often at first, and once somebody is back', () => {
    let state = startOverlay(0);
    const wanders: number[] = [];
    for (let nowMs = 0; nowMs < 200_000; nowMs += 125) {
      if (nowMs === 150_000) state = stirred(state, nowMs);
      const next = plan(peers(20, 6), nowMs, state);
      state = next.state;
      if (next.dial.length > 0) wanders.push(nowMs);
    }
    const pauses = wanders.map((atMs, index) => atMs - (wanders[index - 1] ?? 0));
    const back = wanders.findIndex((atMs) => atMs >= 150_000);
    expect(pauses[0]).toBe(2_000);
    expect(
      pauses.slice(1, 5).every((pause, index) => pause >= 2 * 2_000 * 2 ** index || pause >= 30_000),
    ).toBe(true);
    expect(Math.max(...pauses)).toBeLessThan(38_000);
    expect(wanders[back]).toBeLessThanOrEqual(152_000);
    expect(pauses[back + 1]).toBeLessThanOrEqual(5_125);
  });

  it('lets one of its own go when there are too many', () => {
    expect(plan(peers(20, 10)).close).toEqual([]);
    expect(plan(peers(20, 11)).close).toHaveLength(1);
    expect(plan(peers(20, 11), 0, startOverlay(0), 'nzzzzzzzzzzzz').close).toEqual([]);
  });
});
