import { ensureFiles, ensurePackages, ensureService } from '../model/ensure.ts';
import type { Observed } from '../model/observed.ts';
import type { FileSpec, Step } from '../model/step.ts';
import type { View } from '../model/view.ts';
import type { RoleInput } from '../role.ts';
import { ensureFirewall } from './firewall.ts';
import { ensureHosts } from './hosts.ts';
import { packagesOf, unitPath } from './observed.ts';
import { ensureStraysOff } from './packaged.ts';
import { etcd } from './service.ts';
import type { NodeSettings } from './settings.ts';
import { hasSystemd, isVoter } from './standing.ts';
import { unitText } from './templates.ts';

/**
 * The names come before etcd, which does not begin while the name it is to be known by cannot be resolved, and so does
 * the end of whatever has its port; the firewall last, so that a kernel without nftables keeps nothing else from running.
 */
export function plan({ view, observed }: RoleInput<NodeSettings>): readonly Step[] {
  return [
    ...ensurePackages(observed, packagesOf(view), 'every node'),
    ...ensureHosts(view, observed),
    ...ensureStraysOff(view, observed),
    ...ensureStore(view, observed),
    ...ensureFirewall(view, observed),
  ];
}

function ensureStore(view: View, observed: Observed): Step[] {
  if (!isVoter(view)) return [];
  const service = etcd(view);
  const files = filesOf(view);
  return [...ensureFiles(observed, files), ...ensureService(observed, service, files, 'restart')];
}

function filesOf(view: View): FileSpec[] {
  if (!hasSystemd(view)) return [];
  const { unit } = etcd(view);
  return [{ path: unitPath, content: unitText(etcd(view)), mode: 0o644, owner: 'root:root', unit }];
}
