import { joinRevisions } from '../model/applied.ts';
import { fingerprint } from '../model/fingerprint.ts';
import { listen } from '../model/listen.ts';
import type { Role } from '../role.ts';
import { firewallInForce } from './firewall.ts';
import { health } from './health.ts';
import { packages, wants } from './observed.ts';
import { plan } from './plan.ts';
import { etcd, etcdUnit, firewall } from './service.ts';
import { NodeSettings } from './settings.ts';
import { hasSystemd, isVoter } from './standing.ts';
import { blockOf } from './templates.ts';

/** What every node carries whatever its roles: the nodes' names, and on voters the store of decisions. */
export const node: Role<NodeSettings> = {
  name: 'node',
  summary:
    'knows the other nodes by name, keeps the decisions and opens its ports to the nodes that need them',
  packages,
  settings: NodeSettings,
  units: [etcdUnit, firewall.unit],
  ports: [listen.etcdClient, listen.etcdPeer],
  services: ({ view }) => [...(isVoter(view) ? [etcd(view)] : []), ...(hasSystemd(view) ? [firewall] : [])],
  wants: ({ view }) => wants(view),
  plan,
  health,
  applied: ({ view, observed }) => joinRevisions(fingerprint(blockOf(view)), firewallInForce(view, observed)),
};
