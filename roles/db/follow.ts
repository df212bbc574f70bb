import type { DatabaseView } from '../model/database.ts';
import { holdsAll } from '../model/gtid.ts';
import { nodeHostname } from '../model/node.ts';
import type { SqlStep } from '../model/step.ts';
import { nameOf, type View } from '../model/view.ts';
import { serverId } from './server-id.ts';
import { sqlStep } from './sql-step.ts';
import type { ServerState, Source } from './state.ts';
import * as sql from './statements.ts';

/** What a replica is told: closed, following the primary of the decisions, acknowledging if that was decided. */
export function followSteps(
  view: View,
  database: DatabaseView,
  state: ServerState,
  clonedAt: string | undefined,
): readonly SqlStep[] {
  const step = sqlStep(database.epoch);
  const acknowledges = (database.ackers ?? []).includes(view.self);
  const primary = nameOf(view, database.primary);
  const steps: SqlStep[] = [];
  if (!state.readOnly)
    steps.push(step('close the database for writes', sql.close, `${primary} is the primary`));
  if (state.acknowledged)
    steps.push(step('wait for no acknowledgement', [sql.acknowledgeOff], 'it takes no writes'));
  if (isDiverged(database, state)) return steps;
  const number = serverId(view, database);
  if (state.serverId !== number)
    steps.push(step('take the number of this term', [sql.setServerId(number)], `${primary} is the primary`));
  const saysSo = state.acknowledges !== acknowledges;
  if (saysSo) {
    const words = acknowledges ? 'acknowledge what is received' : 'acknowledge no more';
    const why = acknowledges ? 'it was decided that this replica does' : 'others do, or none is needed';
    steps.push(step(words, [`SET GLOBAL rpl_semi_sync_slave_enabled = ${acknowledges ? 1 : 0}`], why));
  }
  return [...steps, ...attachSteps(view, database, state, clonedAt, saysSo)];
}

function attachSteps(
  view: View,
  { epoch, primary }: DatabaseView,
  state: ServerState,
  clonedAt: string | undefined,
  anew: boolean,
): SqlStep[] {
  const step = sqlStep(epoch);
  const follow = sql.follow(view.self, primary);
  const { source } = state;
  const name = nameOf(view, primary);
  if (source === undefined) {
    const at = sql.setPosition(positionOf(state, clonedAt));
    return [step(`follow ${name}`, [at, ...follow], 'this node carries db')];
  }
  if (source.host !== nodeHostname(primary)) {
    return [
      step(`follow ${name}`, [...sql.stopFollowing(source.received), ...follow], 'it has become the primary'),
    ];
  }
  return [
    ...(anew ? [step('receive anew', receiveAnew, 'what it acknowledges has changed')] : goOn(epoch, source)),
  ];
}

const receiveAnew = ['STOP SLAVE IO_THREAD', 'START SLAVE IO_THREAD'];

/** A thread that stopped on an error is tried again: what is in its way may be gone. */
function goOn(epoch: number, source: Source): SqlStep[] {
  const step = sqlStep(epoch);
  if (isHopeless(source)) return [];
  const stopped = [
    ...(source.receives === 'No' ? ['START SLAVE IO_THREAD'] : []),
    ...(source.applies ? [] : ['START SLAVE SQL_THREAD']),
  ];
  return stopped.length === 0
    ? []
    : [step('go on following', stopped, source.trouble === '' ? 'it had stopped' : source.trouble)];
}

/** 1236: the primary has not what is asked for, or this node has what the primary never had. 1950: a stray write here. */
const hopeless = new Set([1236, 1950]);

export function isHopeless({ errno }: Source): boolean {
  return hopeless.has(errno);
}

/** A former primary that wrote more than the present one had when it was opened: two truths, and muster chooses none. */
export function isDiverged({ opened }: DatabaseView, { source, binlog, current }: ServerState): boolean {
  return source === undefined && binlog !== '' && opened !== undefined && !holdsAll(opened, current);
}

/** A fresh clone goes on from where it was taken, a former primary from where it stood. */
function positionOf({ binlog, current }: ServerState, clonedAt: string | undefined): string {
  return binlog === '' ? (clonedAt ?? current) : current;
}
