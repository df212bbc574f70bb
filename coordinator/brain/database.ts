import { isDeepStrictEqual } from 'node:util';
import type { DatabaseDecision, DatabaseView } from '../../roles/model/database.ts';
import type { Snapshot } from '../../roles/model/ports.ts';
import { carriersOf, isReachable, type NodeView, type View } from '../../roles/model/view.ts';
import { decode } from '../store/codec.ts';
import { databaseKey, nodeKey } from '../store/keys.ts';
import type { Change } from './change.ts';

/** The primary waits for one of them; to prove that nothing is lost, all of them have to be asked. */
export const mostAckers = 2;

/** After a move its followers need a moment; until then nobody concludes that they are gone. */
const settlesMs = 15_000;

/** What the brain decides about the database by itself: who is the first primary, and which replicas acknowledge. */
export function databaseChanges(view: View, snapshot: Snapshot, now: Date): readonly Change[] {
  const { database } = decode(snapshot);
  if (database === undefined) return firstPrimary(view, snapshot, now);
  return database.move === undefined ? keepAckers(view, snapshot, database, now) : [];
}

/** A replica that follows the primary and keeps up, as it says itself. */
export function follows({ verdict, facts }: NodeView): boolean {
  const said = facts?.details?.db;
  return verdict === 'alive' && said?.['serves'] === 'replica' && said['lag'] === 'ok';
}

/**
 * Who is gone for good, or alone not there while others are needed, is no acker any more; who keeps up becomes one while
 * there are few. Without any, the primary goes on alone: that it does stands here before it does.
 */
function keepAckers(view: View, snapshot: Snapshot, database: DatabaseView, now: Date): Change[] {
  const { epoch: _epoch, ...decision } = database;
  const carriers = carriersOf(view, 'db').filter(({ record }) => record.id !== database.primary);
  const before = database.ackers ?? [];
  const members = carriers.filter(
    ({ record, verdict }) => before.includes(record.id) && verdict !== 'dead' && verdict !== 'left',
  );
  const settled = now.getTime() - Date.parse(database.since) > settlesMs;
  const listeners = view.nodes.find(({ record }) => record.id === database.primary)?.facts?.details?.db?.[
    'listeners'
  ];
  const lastsGone =
    settled && members.every((node) => !isReachable(node) || (listeners === '0' && fails(node)));
  const kept = lastsGone ? [] : members;
  const more = carriers.filter((node) => !kept.includes(node) && follows(node));
  const ackers = [...kept, ...more].slice(0, mostAckers).map(({ record }) => record.id);
  if (isDeepStrictEqual(ackers, before)) return [];
  const names = carriers.filter(({ record }) => ackers.includes(record.id)).map(({ record }) => record.name);
  const sentence =
    names.length === 0
      ? 'no replica acknowledges writes now: what the primary alone has is lost if it is'
      : `a write is done once it is on the primary and on ${names.join(' or ')}`;
  return [databaseChange(snapshot, { ...decision, ackers }, [sentence])];
}

/** One that is slow to answer, or begins anew to receive, still counts while the primary hears it. */
function fails({ facts }: NodeView): boolean {
  return facts?.health.db?.state === 'failing';
}

/** The first db node that could begin at once. Once chosen, a primary changes by a move only. */
function firstPrimary(view: View, snapshot: Snapshot, now: Date): Change[] {
  const chosen = carriersOf(view, 'db').find(couldBegin);
  if (chosen === undefined) return [];
  const { id, name } = chosen.record;
  const decision: DatabaseDecision = { primary: id, since: now.toISOString() };
  const sentence = `${name} is the primary of the database: it is the first that could be`;
  return [databaseChange(snapshot, decision, [sentence], [nodeKey(id)])];
}

function couldBegin({ verdict, facts }: NodeView): boolean {
  return (
    verdict === 'alive' &&
    facts?.details?.db?.['serves'] === 'nothing' &&
    facts.versions['mariadb-server'] !== undefined
  );
}

/** Replaces the word on the primary, if nobody else has since the snapshot; `hangsOn`: what must not have changed either. */
export function databaseChange(
  snapshot: Snapshot,
  decision: DatabaseDecision,
  sentences: readonly string[],
  hangsOn: readonly string[] = [],
): Change {
  const conditions = [databaseKey, ...hangsOn].map((key) => ({
    key,
    modRevision: snapshot.entries[key]?.modRevision ?? 0,
  }));
  return { transaction: { conditions, put: { [databaseKey]: JSON.stringify(decision) } }, sentences };
}
