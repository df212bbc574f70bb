import type { Health } from './facts.ts';
import type { Observed } from './observed.ts';
import type { ServiceSpec } from './service.ts';

/**
 * Why a role cannot be ready yet, judged from its services alone; undefined when they all run, and what they answer is
 * to tell. A service that was never set up, or is just being started, is `starting`: a boot is no failure.
 */
export function servicesHealth(observed: Observed, services: readonly ServiceSpec[]): Health | undefined {
  for (const service of services) {
    const trouble = troubleOf(service, observed);
    if (trouble !== undefined) return trouble;
  }
  return undefined;
}

function troubleOf({ unit, label }: ServiceSpec, { services, loaded }: Observed): Health | undefined {
  const state = services[unit];
  if (state?.active === 'active') return undefined;
  if (state?.masked === true) {
    const wayOut = `nothing starts it until it is let again, by: systemctl unmask ${unit}`;
    return { state: 'failing', reason: `${label} is masked: ${wayOut}` };
  }
  if (state?.active === 'activating') return { state: 'starting', reason: `${label} is being started` };
  const everTried = loaded[unit] !== undefined || state?.active === 'failed';
  if (!everTried) return { state: 'starting', reason: `${label} is being set up` };
  return { state: 'failing', reason: `${label} is ${state?.active ?? 'not there'}` };
}
