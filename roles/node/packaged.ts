import type { Observed } from '../model/observed.ts';
import type { ServiceSpec } from '../model/service.ts';
import type { Step } from '../model/step.ts';
import { selfOf, type View } from '../model/view.ts';
import { hasSystemd } from './standing.ts';

/**
 * Units that packages switch on themselves, whatever the node carries. etcd's is no role's: it would run a second one
 * without certificates beside muster's own.
 */
const packaged = [
  { role: undefined, unit: 'etcd.service' },
  { role: 'balancer', unit: 'haproxy.service' },
  { role: 'cache', unit: 'nginx.service' },
  { role: 'cache', unit: 'memcached.service' },
  { role: 'db', unit: 'mariadb.service' },
  { role: 'storage', unit: 'glusterd.service' },
] as const;

/** What NFS brings along for its versions before 4, open to everybody: nobody here needs it. */
const oldNfs = ['rpcbind.socket', 'rpcbind.service'];

/** Those of no role that this node carries: they would start with the machine, on ports that nobody opened. */
export function strayServices(view: View): readonly ServiceSpec[] {
  if (!hasSystemd(view)) return [];
  const { roles } = selfOf(view);
  const unused = packaged.filter(({ role }) => role === undefined || !roles.includes(role));
  const units = [...unused.map(({ unit }) => unit), ...(view.storage?.driver === 'nfs' ? oldNfs : [])];
  return units.map((unit) => {
    return { unit, label: `the package's own ${unit}`, foreground: ['/bin/true'], stopSignal: 'SIGTERM' };
  });
}

/** Switches them off. What muster itself started is ended by its role, in its own order. */
export function ensureStraysOff(view: View, observed: Observed): Step[] {
  const strays = strayServices(view).filter(({ unit }) => observed.loaded[unit] === undefined);
  return strays.flatMap((service) => off(service, observed));
}

function off(service: ServiceSpec, { services }: Observed): Step[] {
  const { enabled = false, active } = services[service.unit] ?? {};
  const why = 'its package switched it on, and nothing that this node carries needs it';
  const step = (action: 'disable' | 'stop'): Step => {
    return { kind: 'service', action, service, fingerprint: '', why };
  };
  const steps = enabled ? [step('disable')] : [];
  if (active === 'active' || active === 'activating') steps.push(step('stop'));
  return steps;
}
