import type { DatabaseDecision, DatabaseView, GtidPosition } from '../../roles/model/database.ts';
import { MusterError } from '../../roles/model/errors.ts';
import type { NodeId } from '../../roles/model/node.ts';
import type { Snapshot } from '../../roles/model/ports.ts';
import { carriersOf, isReachable, type NodeView, nameOf, type View } from '../../roles/model/view.ts';
import { decode } from '../store/codec.ts';
import type { Change } from './change.ts';
import { databaseChange, follows, mostAckers } from './database.ts';
import { nodeNamed } from './node-verbs.ts';

/** The wish for another primary. `lost`: the present one is gone. */
export interface MoveWish {
  /** A name or an id; undefined leaves the choice to muster. */
  readonly node?: string | undefined;
  readonly lost: boolean;
}

/** Writes down that the primary is to be moved. Throws `not-allowed` or `not-found` where it cannot be. */
export function beginMove(view: View, snapshot: Snapshot, { node, lost }: MoveWish): Change {
  const database = requireDatabase(snapshot);
  if (database.move !== undefined)
    throw refusal('another move of the primary is under way', nameOf(view, database.move.to));
  const target = node === undefined ? choose(view, database) : nodeNamed(view, node);
  refuseUnfit(view, database, target, lost);
  const { id, name } = target.record;
  const move = lost ? { to: id, lost } : { to: id };
  const former = nameOf(view, database.primary);
  const sentence = lost
    ? `${name} is to take over from ${former}, which is lost`
    : `${name} is to take over from ${former}`;
  return databaseChange(snapshot, { ...decisionOf(database), move }, [sentence]);
}

/** The former primary takes no writes any more, and stood there. */
export function noteClosed(view: View, snapshot: Snapshot, at: GtidPosition): Change {
  const database = requireDatabase(snapshot);
  const move = { ...database.move, to: database.move?.to ?? database.primary, at };
  const sentence = `the databases are closed at ${at === '' ? 'their beginning' : at}: ${nameOf(view, move.to)} takes over once it has all of that`;
  return databaseChange(snapshot, { ...decisionOf(database), move }, [sentence]);
}

/** The move is done: from now on the other one may be opened. Whoever acknowledged goes on doing so, the former primary too. */
export function completeMove(
  view: View,
  snapshot: Snapshot,
  { now, at }: { readonly now: Date; readonly at: GtidPosition },
): Change {
  const database = requireDatabase(snapshot);
  const { move, ...rest } = decisionOf(database);
  if (move === undefined) throw new Error('no move of the primary is under way');
  const { to, lost } = move;
  const former = lost === true ? [] : [database.primary];
  const ackers = [...new Set([...(database.ackers ?? []), ...former])].filter(
    (id) => id !== to && isPresent(view, id),
  );
  const decision = {
    ...rest,
    primary: to,
    term: (database.term ?? 0) + 1,
    since: now.toISOString(),
    ackers: ackers.slice(0, mostAckers),
    opened: at,
  };
  return databaseChange(snapshot, decision, [`${nameOf(view, to)} is the primary of the database`]);
}

/** All stays as it was: the former primary may be opened again. */
export function giveUpMove(view: View, snapshot: Snapshot, why: string): Change {
  const database = requireDatabase(snapshot);
  const { move: _move, ...rest } = decisionOf(database);
  return databaseChange(snapshot, rest, [`${nameOf(view, database.primary)} stays the primary: ${why}`]);
}

function requireDatabase(snapshot: Snapshot): DatabaseView {
  const { database } = decode(snapshot);
  if (database !== undefined) return database;
  throw new MusterError('not-found', {
    what: 'there is no primary of the database yet',
    why: 'no node was ready to be one until now',
    next: 'muster db status',
  });
}

/** Of those that keep up, one that acknowledges first: it has what clients were told is done. */
function choose(view: View, database: DatabaseView): NodeView {
  const fit = carriersOf(view, 'db').filter((node) => follows(node) && node.record.id !== database.primary);
  const [best] = [...fit.filter(({ record }) => database.ackers?.includes(record.id)), ...fit];
  if (best !== undefined) return best;
  throw refusal('there is no replica that could take over', 'none follows the primary and keeps up');
}

function refuseUnfit(view: View, { primary }: DatabaseView, target: NodeView, lost: boolean): void {
  const { id, name } = target.record;
  if (id === primary) throw refusal(`${name} is the primary already`, 'nothing is to be moved');
  if (!target.roles.includes('db')) throw refusal(`${name} cannot take over`, 'it does not carry db');
  const former = view.nodes.find(({ record }) => record.id === primary);
  const there = former !== undefined && isReachable(former);
  if (!lost && !follows(target))
    throw refusal(`${name} cannot take over`, 'it does not follow the primary, or is behind');
  if (!lost && !there) throw refusal('the primary does not answer', 'after a loss: muster db promote NODE');
  if (lost && there && former.facts?.details?.db?.['serves'] === 'primary') {
    throw refusal('the primary answers', 'for a move without loss: muster db switchover');
  }
}

function isPresent(view: View, id: NodeId): boolean {
  const verdict = view.nodes.find(({ record }) => record.id === id)?.verdict;
  return verdict !== undefined && verdict !== 'dead' && verdict !== 'left' && verdict !== 'unreachable';
}

function decisionOf({ epoch: _epoch, ...decision }: DatabaseView): DatabaseDecision {
  return decision;
}

function refusal(what: string, why: string): MusterError {
  return new MusterError('not-allowed', {
    what: `the primary is not moved: ${what}`,
    why,
    next: 'muster db status',
  });
}
