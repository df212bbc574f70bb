import { describe, expect, it } from 'vitest';
import { nothingObserved } from '../../../../roles/model/observed.ts';
import type { ServiceSpec, ServiceState } from '../../../../roles/model/service.ts';
import { servicesHealth } from '../../../../roles/model/service-health.ts';

const unit = 'haproxy.service';
const haproxy: ServiceSpec = {
  unit,
  label: 'HAProxy',
  foreground: ['/usr/sbin/haproxy'],
  stopSignal: 'SIGTERM',
};

function state(active: ServiceState['active'], change: Partial<ServiceState> = {}): ServiceState {
  return { unit, installed: true, enabled: true, active, ...change };
}

describe('what a service alone says of its role', () => {
  const masked = { masked: true, enabled: false } as const;
  const way =
    'HAProxy is masked: nothing starts it until it is let again, by: systemctl unmask haproxy.service';
  it.each<[string, ServiceState | undefined, boolean, object | undefined]>([
    ['running', state('active'), true, undefined],
    // Its file was put back a moment ago: what it serves is proved by what it answers.
    ['running, its files to be taken in again', state('active'), false, undefined],
    ['never set up', undefined, false, { state: 'starting', reason: 'HAProxy is being set up' }],
    ['not started yet', state('inactive'), false, { state: 'starting', reason: 'HAProxy is being set up' }],
    ['coming up', state('activating'), true, { state: 'starting', reason: 'HAProxy is being started' }],
    ['stopped', state('inactive'), true, { state: 'failing', reason: 'HAProxy is inactive' }],
    ['failed', state('failed'), true, { state: 'failing', reason: 'HAProxy is failed' }],
    ['failed with files put back', state('failed'), false, { state: 'failing', reason: 'HAProxy is failed' }],
    ['gone', undefined, true, { state: 'failing', reason: 'HAProxy is not there' }],
    ['masked and stopped', state('inactive', masked), true, { state: 'failing', reason: way }],
    ['masked before it was set up', state('inactive', masked), false, { state: 'failing', reason: way }],
    ['masked, but running', state('active', masked), true, undefined],
  ])('%s', (_, found, wasLoaded, expected) => {
    const services = found === undefined ? {} : { [unit]: found };
    const loaded: Record<string, string> = wasLoaded ? { [unit]: 'f' } : {};

    expect(servicesHealth({ ...nothingObserved, services, loaded }, [haproxy])).toEqual(expected);
  });
});
