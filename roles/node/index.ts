import { fingerprint } from '../model/fingerprint.ts';
import { listen } from '../model/listen.ts';
import type { Role } from '../role.ts';
import { health } from './health.ts';
import { isVoter, packages, wants } from './observed.ts';
import { plan } from './plan.ts';
import { etcd } from './service.ts';
import { NodeSettings } from './settings.ts';
import { blockOf } from './templates.ts';

/** What every node carries whatever its roles: the nodes' names, and on voters the store of decisions. */
export const node: Role<NodeSettings> = {
  name: 'node',
  summary: 'knows the other nodes by name and keeps the decisions',
  packages,
  settings: NodeSettings,
  ports: [listen.etcdClient, listen.etcdPeer],
  services: ({ view }) => (isVoter(view) ? [etcd(view)] : []),
  wants: ({ view }) => wants(view),
  plan,
  health,
  applied: ({ view }) => fingerprint(blockOf(view)),
};
