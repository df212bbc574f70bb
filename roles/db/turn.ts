import { holdsAll } from '../model/gtid.ts';
import { nodeHostname } from '../model/node.ts';
import type { SqlStep } from '../model/step.ts';
import { carriersOf, type View } from '../model/view.ts';
import { type Duty, dutyOf } from './duty.ts';
import { followSteps } from './follow.ts';
import { serverId } from './server-id.ts';
import { sqlStep } from './sql-step.ts';
import type { ServerState } from './state.ts';
import * as sql from './statements.ts';

/** A move waits at most this long at a time; then it looks again whether it may go on. */
const catchUpSeconds = 5;

/**
 * What the running server has to be told so that it does its duty: the one place where a server is opened or closed for
 * writes. Decisions that the store does not stand behind open nothing and make nobody follow; they may close.
 */
export function turn(view: View, state: ServerState, clonedAt: string | undefined): readonly SqlStep[] {
  const duty = dutyOf(view);
  switch (duty.kind) {
    case 'wait':
      return [];
    case 'primary':
      return view.confirmed === true ? primarySteps(view, duty, state) : [];
    case 'close':
      return closeSteps(duty, state);
    case 'catch-up':
      return catchUpSteps(duty, state);
    case 'let-go':
      return letGoSteps(duty, state);
    case 'replica':
      return view.confirmed === true ? followSteps(view, duty.database, state, clonedAt) : [];
  }
}

function primarySteps(view: View, { database }: Duty & { kind: 'primary' }, state: ServerState): SqlStep[] {
  const { epoch, ackers = [] } = database;
  const acknowledged = ackers.length > 0;
  const step = sqlStep(epoch);
  const steps: SqlStep[] = [];
  if (state.readOnly) {
    const what = 'open the database for writes';
    steps.push(
      step(
        what,
        sql.open(serverId(view, database), state.source !== undefined, acknowledged),
        `it is the primary (epoch ${epoch})`,
      ),
    );
  } else if (!acknowledged && state.acknowledged) {
    const why = 'no replica is there that could acknowledge';
    steps.push(step('wait for no acknowledgement', [sql.acknowledgeOff], why));
  } else if (acknowledged && !state.acknowledged && state.listeners > 0) {
    // Not before: what a replica received without being asked for a word it never acknowledges, and all would wait for it.
    const why = 'replicas are there that acknowledge each commit';
    steps.push(step('wait for acknowledgements', [sql.acknowledgeOn], why));
  }
  if (!state.hasTables)
    steps.push(
      step("make muster's own tables", sql.ownTables, 'replicas know by them how far behind they are'),
    );
  return [...steps, ...accountSteps(view, epoch, state)];
}

/** Who may follow: the nodes that carry the role, each by its own certificate. */
function accountSteps(view: View, epoch: number, { accounts }: ServerState): SqlStep[] {
  const step = sqlStep(epoch);
  const carriers = carriersOf(view, 'db').filter(({ verdict }) => verdict !== 'left');
  const ids = carriers.map(({ record }) => record.id);
  const missing = ids.filter((id) => !accounts.includes(id));
  const spare = accounts.filter((id) => !ids.includes(id));
  return [
    ...missing.map((id) => step(`let ${id} follow`, sql.addAccount(id), 'it carries db')),
    ...spare.map((id) => step(`let ${id} follow no more`, [sql.dropAccount(id)], 'it does not carry db')),
  ];
}

function closeSteps({ database }: Duty & { kind: 'close' }, state: ServerState): SqlStep[] {
  const step = sqlStep(database.epoch);
  const { to } = database.move ?? {};
  const close = step('close the database for writes', sql.close, `${nodeHostname(to ?? '')} is to take over`);
  const off = step('wait for no acknowledgement', [sql.acknowledgeOff], 'it takes no writes');
  return [...(state.readOnly ? [] : [close]), ...(state.acknowledged ? [off] : [])];
}

function catchUpSteps({ database, at }: Duty & { kind: 'catch-up' }, state: ServerState): SqlStep[] {
  const step = sqlStep(database.epoch);
  const steps = database.move?.lost === true ? letGoSteps({ kind: 'let-go', database }, state) : [];
  if (holdsAll(state.current, at)) return steps;
  const wait = [sql.awaitPosition(at, catchUpSeconds)];
  return [...steps, step('apply what was received', wait, `the former primary stood at ${at}`)];
}

/** Only the thread that receives: what was received goes on being applied, and stopping that would throw it away. */
function letGoSteps({ database }: Duty & { kind: 'let-go' }, { source }: ServerState): SqlStep[] {
  if (source === undefined || source.receives === 'No') return [];
  const why = 'an operator says that the primary is lost';
  return [sqlStep(database.epoch)('receive from the primary no more', ['STOP SLAVE IO_THREAD'], why)];
}
