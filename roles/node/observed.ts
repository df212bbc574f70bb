import type { Wants } from '../model/observed.ts';
import { selfOf, type View } from '../model/view.ts';
import { etcd, packagedEtcd } from './service.ts';
import { hostsPath } from './templates.ts';

/** What an etcd member is made of. */
export const packages = ['etcd-server'];

/** The unit file of the etcd member, where there is systemd. */
export const unitPath = '/etc/systemd/system/muster-etcd.service';

/** Whether this node runs an etcd member: one voter, the first node, while fewer than three are admitted. */
export function isVoter(view: View): boolean {
  return view.nodes[0]?.record.id === view.self;
}

/** Whether systemd keeps the services of this node. */
export function hasSystemd(view: View): boolean {
  return selfOf(view).facts?.hardware.init === 'systemd';
}

/** What has to be read off the machine for this role. */
export function wants(view: View): Wants {
  const voter = isVoter(view);
  const systemd = hasSystemd(view);
  return {
    packages: voter ? packages : [],
    files: voter && systemd ? [hostsPath, unitPath] : [hostsPath],
    texts: [hostsPath],
    services: voter ? [etcd(view), ...(systemd ? [packagedEtcd] : [])] : [],
    questions: {},
  };
}
