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
  // Its names have to resolve to an address that is there: after the network, not with it.
  const order = { unit: ['Wants=network-online.target', 'After=network-online.target'] };
  const systemd = facts?.hardware.init === 'systemd';
  return systemd ? [config, restartDropIn('storage', glusterd, order)] : [config];
}

/** Every file of the role. */
export function filesOf(view: View): FileSpec[] {
  return [...configOf(view), markFile];
}
