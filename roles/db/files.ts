import type { FileSpec } from '../model/step.ts';
import { selfOf, type View } from '../model/view.ts';
import { dutyOf } from './duty.ts';
import { configPath, mariadb, originPath, startRolePath } from './service.ts';
import type { DbSettings } from './settings.ts';
import { applyThreads, bufferPoolMiB, connectionsOf } from './sizing.ts';
import { dropInPath, fixedText, type ServerInput, serverConfig, startRole, unitDropIn } from './templates.ts';

/** What the texts are made from. */
export function serverInput(view: View, settings: DbSettings): ServerInput {
  const self = selfOf(view);
  return {
    address: self.record.address,
    ordinal: self.record.ordinal,
    bufferPoolMiB: bufferPoolMiB(self),
    applyThreads: applyThreads(self),
    ssd: self.facts?.hardware.disk.kind !== 'hdd',
    connections: connectionsOf(view, settings),
    settings,
  };
}

/** The files of this role. A change of what only a restart takes in restarts the server; nothing else does. */
export function filesOf(view: View, settings: DbSettings): FileSpec[] {
  const input = serverInput(view, settings);
  const common = { mode: 0o644, owner: 'root:root', unit: mariadb.unit };
  const config: FileSpec = {
    ...common,
    path: configPath,
    content: serverConfig(input),
    reloadKey: fixedText(input),
    check: ['/usr/sbin/mariadbd', '--defaults-file={}', '--user=mysql', '--verbose', '--help'],
  };
  const role = { ...common, path: startRolePath, content: startRole(isPrimary(view)), reloadKey: '' };
  const systemd = selfOf(view).facts?.hardware.init === 'systemd';
  return [
    config,
    role,
    ...(systemd ? [{ ...common, path: dropInPath, content: unitDropIn(), reloadKey: '' }] : []),
    ...(dutyOf(view).kind === 'primary' ? [origin(view)] : []),
  ];
}

/** Also while it hands over: a move may be given up. */
function isPrimary({ self, database }: View): boolean {
  return database?.primary === self && database.move?.lost !== true;
}

/** The first primary's data are the cluster's from then on, whatever was in there before. */
function origin(view: View): FileSpec {
  return { path: originPath, content: `${view.cluster.id}\n`, mode: 0o644, owner: 'root:root' };
}

/** Whose data lie here: the cluster's id, and for a clone the position it was taken at. */
export function originOf(
  text: string | undefined,
): { readonly cluster: string; readonly at?: string } | undefined {
  const [cluster, at] = (text ?? '').trim().split('\n');
  if (cluster === undefined || cluster === '') return undefined;
  return at === undefined ? { cluster } : { cluster, at };
}
