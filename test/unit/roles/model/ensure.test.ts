import { describe, expect, it } from 'vitest';
import { ensureService } from '../../../../roles/model/ensure.ts';
import { nothingObserved, type Observed } from '../../../../roles/model/observed.ts';
import type { ServiceSpec, ServiceState } from '../../../../roles/model/service.ts';

const unit = 'haproxy.service';
const haproxy: ServiceSpec = {
  unit,
  label: 'HAProxy',
  foreground: ['/usr/sbin/haproxy'],
  stopSignal: 'SIGTERM',
};

function observe(change: Partial<ServiceState>): Observed {
  const state: ServiceState = { unit, installed: true, enabled: true, active: 'active', ...change };
  return { ...nothingObserved, services: { [unit]: state }, loaded: { [unit]: 'f' } };
}

describe('a service that the agent alone starts', () => {
  const keepalived: ServiceSpec = { ...haproxy, label: 'keepalived', startedBy: 'agent' };
  it.each([
    {
      what: 'is kept from starting with the machine',
      change: {},
      steps: [
        { action: 'disable', why: 'keepalived is to start once all it needs is there, not with the machine' },
        { action: 'reload' },
      ],
    },
    { what: 'is let be', change: { enabled: false }, steps: [{ action: 'reload' }] },
    {
      what: 'is started after a boot, which is no failure',
      change: { enabled: false, active: 'inactive' },
      steps: [{ action: 'start', why: 'keepalived was not running' }],
    },
    {
      what: 'is mended after a failure',
      change: { enabled: false, active: 'failed', ended: 'exit 1' },
      steps: [{ action: 'start', tells: 'healed' }],
    },
  ] as const)('$what', ({ change, steps }) => {
    const planned = ensureService(observe(change), keepalived, []);
    expect(planned).toMatchObject(steps);
    expect(planned.at(-1)?.tells).toBe(steps.flatMap((step) => ('tells' in step ? [step.tells] : [])).at(0));
  });
});

describe('a service that is to run', () => {
  it('is started again when another hand stopped it, and that is told', () => {
    const steps = ensureService(observe({ active: 'inactive', ended: 'exit 0' }), haproxy, []);

    expect(steps).toMatchObject([
      { kind: 'service', action: 'start', tells: 'healed', why: 'HAProxy was not running' },
    ]);
  });

  it.each<ServiceState['active']>(['inactive', 'failed', 'active'])(
    'is left alone when masked and %s',
    (active) => {
      const masked = observe({ active, enabled: false, masked: true });

      expect(ensureService(masked, haproxy, [])).toEqual([]);
    },
  );
});
