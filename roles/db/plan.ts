import { ensureFiles, ensurePackages, ensureService } from '../model/ensure.ts';
import type { Observed } from '../model/observed.ts';
import type { SqlStep, Step } from '../model/step.ts';
import type { View } from '../model/view.ts';
import type { RoleInput } from '../role.ts';
import { ensureCopies, ensureFresh } from './certificates.ts';
import { databaseSteps } from './databases.ts';
import { dutyOf } from './duty.ts';
import { filesOf, originOf, serverInput } from './files.ts';
import { packages } from './observed.ts';
import { mariadb, originPath } from './service.ts';
import type { DbSettings } from './settings.ts';
import { sqlStep } from './sql-step.ts';
import { type ServerState, stateOf } from './state.ts';
import { turn } from './turn.ts';

/** The server starts inert; what it is to be it is told while it runs. */
export function plan({ view, settings, observed }: RoleInput<DbSettings>): Step[] {
  const files = filesOf(view, settings);
  return [
    ...ensurePackages(observed, packages, 'the database'),
    ...ensureFiles(observed, files),
    ...ensureCopies(observed),
    ...ensureClone(view, observed),
    ...(mayStart(view, observed) ? ensureService(observed, mariadb, files, 'restart') : []),
    ...serverSteps(view, settings, observed),
  ];
}

/** The data of the primary, where none of this cluster are here and the primary is there to be asked. */
function ensureClone(view: View, observed: Observed): Step[] {
  const duty = dutyOf(view);
  if (duty.kind !== 'replica' || view.confirmed !== true || ownOrigin(view, observed) !== undefined)
    return [];
  const donor = view.nodes.find(({ record }) => record.id === duty.database.primary);
  if (donor?.facts?.details?.db?.['serves'] !== 'primary') return [];
  const { name, id } = donor.record;
  return [
    {
      kind: 'clone',
      service: mariadb,
      donor: id,
      why: `this node is to follow ${name}, and has no copy of its data yet`,
    },
  ];
}

/** What the running server is told. */
export function serverSteps(view: View, settings: DbSettings, observed: Observed): SqlStep[] {
  const state = stateOf(observed);
  if (state === undefined) return [];
  const epoch = view.database?.epoch ?? 0;
  return [
    ...turn(view, state, ownOrigin(view, observed)?.at),
    ...(dutyOf(view).kind === 'primary' && !state.readOnly ? databaseSteps(view, observed) : []),
    ...ensureLasting(view, settings, state),
    ...ensureFresh(observed, state, epoch),
  ];
}

/**
 * A server is started once the store itself says who is the primary, and only on data of this cluster: what a machine
 * knows from before it was switched off may be old.
 */
function mayStart(view: View, observed: Observed): boolean {
  if (view.confirmed !== true) return false;
  const duty = dutyOf(view).kind;
  return duty !== 'wait' && (duty === 'primary' || ownOrigin(view, observed) !== undefined);
}

/** Undefined where the data here are not, or not yet, this cluster's. */
export function ownOrigin(view: View, { texts }: Observed): ReturnType<typeof originOf> {
  const origin = originOf(texts[originPath]);
  return origin?.cluster === view.cluster.id ? origin : undefined;
}

const bytesPerMiB = 1024 * 1024;

/** What the server takes over while it runs. */
function ensureLasting(view: View, settings: DbSettings, state: ServerState): SqlStep[] {
  const { bufferPoolMiB, connections } = serverInput(view, settings);
  const bytes = bufferPoolMiB * bytesPerMiB;
  const expires = settings.binlogDays * 86_400;
  const wanted = [
    { same: state.bufferPoolBytes === bytes, text: `innodb_buffer_pool_size = ${bytes}` },
    { same: state.connections === connections, text: `max_connections = ${connections}` },
    { same: state.expiresSeconds === expires, text: `binlog_expire_logs_seconds = ${expires}` },
  ].filter(({ same }) => !same);
  if (wanted.length === 0) return [];
  const statements = wanted.map(({ text }) => `SET GLOBAL ${text}`);
  const step = sqlStep(view.database?.epoch ?? 0);
  return [step('take other sizes', statements, 'they follow the settings and the roles of this node')];
}
