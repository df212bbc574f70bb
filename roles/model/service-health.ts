import type { Health } from './facts.ts';
import type { Observed } from './observed.ts';
import type { ServiceSpec } from './service.ts';

/**
 * Why a role cannot be ready yet, judged from its services alone; undefined when they all run with files of ours. A
 * service that was never set up, or is just being started, is `starting`: a boot is no failure.
 */
export function servicesHealth(observed: Observed, services: readonly ServiceSpec[]): Health | undefined {
  for (const { unit, label } of services) {
    if (observed.loaded[unit] === undefined) return { state: 'starting', reason: `${label} is being set up` };
    const active = observed.services[unit]?.active;
    if (active === 'activating') return { state: 'starting', reason: `${label} is being started` };
    if (active !== 'active') return { state: 'failing', reason: `${label} is ${active ?? 'not there'}` };
  }
  return undefined;
}
