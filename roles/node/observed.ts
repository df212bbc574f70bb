import type { Wants } from '../model/observed.ts';
import type { View } from '../model/view.ts';
import { firewallPaths, tableName } from './nft.ts';
import { strayServices } from './packaged.ts';
import { etcd, firewall } from './service.ts';
import { hasSystemd, isVoter } from './standing.ts';
import { hostsPath } from './templates.ts';

/** What an etcd member and a firewall are made of. */
export const packages = ['etcd-server', 'nftables'];

/** The unit file of the etcd member, where there is systemd. */
export const unitPath = '/etc/systemd/system/muster-etcd.service';

/** The packages that this node needs for what it carries. */
export function packagesOf(view: View): readonly string[] {
  return [...(isVoter(view) ? ['etcd-server'] : []), ...(hasSystemd(view) ? ['nftables'] : [])];
}

/** What has to be read off the machine for this role. */
export function wants(view: View): Wants {
  const voter = isVoter(view);
  const systemd = hasSystemd(view);
  return {
    packages: packagesOf(view),
    files: [hostsPath, ...(voter && systemd ? [unitPath] : []), ...(systemd ? firewallPaths : [])],
    texts: [hostsPath],
    services: [...(voter ? [etcd(view)] : []), ...(systemd ? [firewall] : []), ...strayServices(view)],
    questions: systemd ? { firewall: { kind: 'table', family: 'inet', table: tableName } } : {},
  };
}
