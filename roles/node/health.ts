import type { Health } from '../model/facts.ts';
import { servicesHealth } from '../model/service-health.ts';
import type { RoleInput } from '../role.ts';
import { hostsComplete } from './hosts.ts';
import { isVoter } from './observed.ts';
import { etcd } from './service.ts';
import type { NodeSettings } from './settings.ts';

/**
 * Ready when the nodes are known by name and, on a voter, etcd runs. systemd calls it active only once it has found
 * its place in the cluster; whether the store answers, the agent's mirror of it tells.
 */
export function health({ view, observed }: RoleInput<NodeSettings>): Health {
  if (!hostsComplete(view, observed))
    return { state: 'starting', reason: 'the nodes are not known by name yet' };
  if (!isVoter(view)) return { state: 'ready', reason: 'the nodes are known by name' };
  const service = etcd(view);
  const trouble = servicesHealth(observed, [service]);
  return trouble ?? { state: 'ready', reason: `the nodes are known by name, ${service.label} runs` };
}
