import type { DatabaseDecision } from '../../roles/model/database.ts';
import type { Snapshot } from '../../roles/model/ports.ts';
import { carriersOf, type NodeView, type View } from '../../roles/model/view.ts';
import { decode } from '../store/codec.ts';
import { databaseKey, nodeKey } from '../store/keys.ts';
import type { Change } from './change.ts';

/** What the brain decides about the database by itself: who is the first primary. */
export function databaseChanges(view: View, snapshot: Snapshot, now: Date): readonly Change[] {
  const { database } = decode(snapshot);
  return database === undefined ? firstPrimary(view, snapshot, now) : [];
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
function databaseChange(
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
