import type { DatabaseView } from '../model/database.ts';
import type { Details, Health } from '../model/facts.ts';
import type { Observed } from '../model/observed.ts';
import { servicesHealth } from '../model/service-health.ts';
import { nameOf, type View } from '../model/view.ts';
import type { RoleInput } from '../role.ts';
import { dutyOf } from './duty.ts';
import { isDiverged, isHopeless } from './follow.ts';
import { ownOrigin } from './plan.ts';
import { mariadb } from './service.ts';
import type { DbSettings } from './settings.ts';
import { type ServerState, stateOf } from './state.ts';

/** Ready: the primary takes writes, a replica receives and applies what the primary writes. */
export function health({ view, observed }: RoleInput<DbSettings>): Health {
  const running = observed.services[mariadb.unit]?.active === 'active';
  const waits = running ? undefined : waitsFor(view, observed);
  if (waits !== undefined) return { state: 'starting', reason: waits };
  const trouble = servicesHealth(observed, [mariadb]);
  if (trouble !== undefined) return trouble;
  const state = stateOf(observed);
  if (state === undefined) return silent(observed);
  const { database } = view;
  if (database === undefined) return { state: 'starting', reason: 'no primary was chosen yet' };
  return database.primary === view.self
    ? primaryHealth(database, state)
    : replicaHealth(view, database, state);
}

/** Why the server is not to be started yet. */
function waitsFor(view: View, observed: Observed): string | undefined {
  if (view.confirmed !== true) return 'waits for the store to say who is the primary';
  const duty = dutyOf(view).kind;
  if (duty === 'wait') return 'waits until a primary is chosen';
  if (duty !== 'primary' && ownOrigin(view, observed) === undefined) return 'copies the data of the primary';
  return undefined;
}

function silent({ answers }: Observed): Health {
  const answer = answers['state'];
  if (answer === undefined || answer.ok) return { state: 'starting', reason: 'was not asked yet' };
  return { state: 'failing', reason: answer.error };
}

function primaryHealth({ move }: DatabaseView, state: ServerState): Health {
  if (move !== undefined) return { state: 'starting', reason: 'hands the writes over' };
  if (state.readOnly) return { state: 'starting', reason: 'is being opened for writes' };
  if (state.acknowledged && state.listeners === 0) {
    return { state: 'failing', reason: 'no write ends: no replica is there to acknowledge it' };
  }
  return {
    state: 'ready',
    reason: `takes writes${state.acknowledged ? ', each acknowledged by a replica' : ''}`,
  };
}

function replicaHealth(view: View, database: DatabaseView, state: ServerState): Health {
  if (isDiverged(database, state)) return { state: 'failing', reason: diverged };
  const { source } = state;
  if (source === undefined) return { state: 'starting', reason: 'is about to follow the primary' };
  if (source.receives === 'Yes' && source.applies)
    return { state: 'ready', reason: `follows ${nameOf(view, database.primary)}` };
  if (isHopeless(source)) return { state: 'failing', reason: `cannot follow: ${source.trouble}` };
  if (source.trouble === '')
    return { state: 'starting', reason: `begins to follow ${nameOf(view, database.primary)}` };
  return { state: 'failing', reason: `does not follow ${nameOf(view, database.primary)}: ${source.trouble}` };
}

const diverged =
  'it has writes that the present primary never had; next: muster docs operations, under "A database that has diverged"';

/** What other nodes go by: what this one serves, and under which word. */
export function details({ view, observed }: RoleInput<DbSettings>): Details {
  const { database } = view;
  const state = stateOf(observed);
  if (database === undefined || state === undefined) return { serves: 'nothing' };
  const { source } = state;
  if (!state.readOnly) {
    const waits = state.acknowledged ? 'yes' : 'no';
    return { serves: 'primary', epoch: String(database.epoch), listeners: String(state.listeners), waits };
  }
  if (source === undefined) return { serves: isDiverged(database, state) ? 'diverged' : 'nothing' };
  const follows = source.receives === 'Yes' && source.applies && source.host.startsWith(database.primary);
  return { serves: follows ? 'replica' : 'nothing', acks: state.acknowledges ? 'yes' : 'no' };
}
