import type { Health } from '../model/facts.ts';
import { servicesHealth } from '../model/service-health.ts';
import type { RoleInput } from '../role.ts';
import { hostsComplete } from './hosts.ts';
import { etcd, firewall } from './service.ts';
import type { NodeSettings } from './settings.ts';
import { hasSystemd, isVoter } from './standing.ts';

/**
 * Ready when the nodes are known by name and, on a voter, etcd runs. systemd calls it active only once it has found
 * its place in the cluster; whether the store answers, the agent's mirror of it tells. Under systemd its table is set.
 */
export function health({ view, observed }: RoleInput<NodeSettings>): Health {
  if (!hostsComplete(view, observed))
    return { state: 'starting', reason: 'the nodes are not known by name yet' };
  const services = [...(isVoter(view) ? [etcd(view)] : []), ...(hasSystemd(view) ? [firewall] : [])];
  const trouble = servicesHealth(observed, services);
  if (trouble !== undefined) return trouble;
  const store = isVoter(view) ? `, ${etcd(view).label} runs` : '';
  const doors = hasSystemd(view)
    ? ', its ports are open to the nodes alone'
    : ', its firewall is left to the host';
  return { state: 'ready', reason: `the nodes are known by name${store}${doors}` };
}
