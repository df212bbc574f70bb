import { beforeEach, describe, expect, it } from 'vitest';
import { calmMs, followView } from '../../../../agent/view/follow-view.ts';
import type { View } from '../../../../roles/model/view.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { recordOf, viewOf } from '../../../support/sketches.ts';

const [first, second] = [recordOf(1).id, recordOf(2).id];
const since = '2026-01-01T00:00:00.000Z';

describe('the cycles of the roles', () => {
  let clock: FakeClock;
  let ended: AbortController;
  let view: View | undefined;
  let woken: number;
  let follow: () => void;

  const by = (primary: string, settings = {}): View => ({
    ...viewOf({ ordinal: 1 }, { ordinal: 2 }),
    database: { primary, since, epoch: 9 },
    settings,
  });

  beforeEach(() => {
    [clock, ended, woken, view] = [new FakeClock(), new AbortController(), 0, by(first)];
    const wake = (): void => void (woken += 1);
    follow = followView({ clock, signal: ended.signal, view: () => view, wake });
    follow();
  });

  it('begin with the first view, and again where there is something new', () => {
    follow();
    expect(woken).toBe(1);
    view = by(first, { web: { workers: 7 } });
    follow();
    expect(woken).toBe(2);
  });

  it('wait a moment where the primary has moved, and miss nothing', async () => {
    view = by(second);
    follow();
    view = by(second, { web: { workers: 7 } });
    follow();
    expect(woken).toBe(1);
    await clock.advance(calmMs);
    expect(woken).toBe(2);
  });

  it('begin no more once the agent ends', async () => {
    view = by(second);
    follow();
    ended.abort();
    await clock.advance(calmMs);
    expect(woken).toBe(1);
  });

  it('do not begin while nothing is known', () => {
    view = undefined;
    follow();
    expect(woken).toBe(1);
  });
});
