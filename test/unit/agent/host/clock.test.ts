import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { bootMs, systemClock } from '../../../../agent/host/clock.ts';

describe('bootMs', () => {
  it('reads the first figure of /proc/uptime', () => {
    expect(bootMs('5350735.47 234388.90\n')).toBe(5_350_735_470);
    expect(() => bootMs('nonsense')).toThrow('/proc/uptime says "nonsense"');
  });
});

describe('systemClock', () => {
  it('goes on with the machine', async () => {
    const before = systemClock.monotonicMs();
    await systemClock.sleep(30);

    expect(systemClock.monotonicMs() - before).toBeGreaterThanOrEqual(20);
  });

  it('wakes at an abort and leaves no listener behind', async () => {
    const controller = new AbortController();
    const asleep = systemClock.sleep(60_000, controller.signal);
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(1);

    controller.abort();
    await asleep;

    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
    await systemClock.sleep(60_000, controller.signal);
  });

  it('leaves no listener behind when it slept its time', async () => {
    const { signal } = new AbortController();
    await systemClock.sleep(1, signal);

    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });
});
