import { restartDropIn } from '../model/drop-in.ts';
import { paths } from '../model/paths.ts';
import type { FileSpec } from '../model/step.ts';
import { selfOf, type View } from '../model/view.ts';
import { glusterd } from './service.ts';
import { adoptedMark, glusterdConfig } from './templates.ts';

/** What stands in /var/lib/muster once the volume knows every file that lay here before it. */
export const markFile: FileSpec = {
  path: `${paths.state}/storage/adopted`,
  content: adoptedMark,
  mode: 0o644,
  owner: 'root:root',
};

/**
 * Its names have to resolve to an address that is there: after the network, not with it. Not after network-online.target,
 * before which Debian's own unit has to come (10.3): systemd breaks such a cycle as it likes, and may start neither.
 */
const waitsForNetwork = [
  'systemd-networkd-wait-online.service',
  'NetworkManager-wait-online.service',
  'ifupdown-wait-online.service',
  'networking.service',
];

/** What glusterd runs with. */
export function configOf(view: View): FileSpec[] {
  const { record, facts } = selfOf(view);
  const config: FileSpec = {
    path: '/etc/glusterfs/glusterd.vol',
    content: glusterdConfig(record.address),
    mode: 0o644,
    owner: 'root:root',
    unit: glusterd.unit,
  };
  const order = { unit: ['Wants=network-online.target', `After=${waitsForNetwork.join(' ')}`] };
  const systemd = facts?.hardware.init === 'systemd';
  return systemd ? [config, restartDropIn('storage', glusterd, order)] : [config];
}

/** Every file of the role. */
export function filesOf(view: View): FileSpec[] {
  return [...configOf(view), markFile];
}
