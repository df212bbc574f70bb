import { describe, expect, it } from 'vitest';
import { type Loop, startLoop } from '../../../../agent/reconcile/loop.ts';
import { FakeClock, settle } from '../../../support/fake-clock.ts';

interface Case {
  readonly run: () => Promise<boolean>;
  readonly onError?: (error: unknown) => Promise<void>;
}

interface Begun {
  readonly clock: FakeClock;
  readonly controller: AbortController;
  readonly loop: Loop;
}

function begin({ run, onError = async () => undefined }: Case): Begun {
  const [clock, controller] = [new FakeClock(), new AbortController()];
  // 0.5 is the middle of the jitter: periods are exact.
  const random = { next: () => 0.5 };
  const loop = startLoop({ clock, random, periodMs: 1_000, signal: controller.signal, run, onError });
  return { clock, controller, loop };
}

describe('a loop', () => {
  it('runs at once, then after each period', async () => {
    const atMs: number[] = [];
    const { clock, controller } = begin({ run: async () => (atMs.push(clock.monotonicMs()), false) });
    await clock.advance(2_500);
    controller.abort();
    expect(atMs).toEqual([0, 1_000, 2_000]);
  });

  it('never runs twice at a time, however slow a run is', async () => {
    let [inside, most, runs] = [0, 0, 0];
    const { clock, controller, loop } = begin({
      run: async () => {
        inside += 1;
        most = Math.max(most, inside);
        await clock.sleep(5_000);
        inside -= 1;
        runs += 1;
        return false;
      },
    });
    for (let i = 0; i < 20; i += 1) {
      loop.wake();
      await clock.advance(1_000);
    }
    controller.abort();
    expect([most, runs]).toEqual([1, 4]);
  });

  it('wakes early, also when woken during a run', async () => {
    let runs = 0;
    const { clock, controller, loop } = begin({
      run: async () => {
        runs += 1;
        if (runs === 1) loop.wake();
        return false;
      },
    });
    await clock.advance(0);
    expect(runs).toBe(2);
    loop.wake();
    await clock.advance(0);
    expect(runs).toBe(3);
    controller.abort();
  });

  it('goes on after a run that threw, and tells it', async () => {
    const errors: unknown[] = [];
    const { clock, controller } = begin({
      run: () => Promise.reject(new Error('no')),
      onError: async (error) => void errors.push(error),
    });
    await clock.advance(1_000);
    controller.abort();
    expect(errors).toHaveLength(2);
  });

  it('ends when told to, also in its pause', async () => {
    const { controller, loop, clock } = begin({ run: async () => false });
    await settle();
    controller.abort();
    await loop.ended;
    expect(clock.sleeping).toBe(0);
  });
});
