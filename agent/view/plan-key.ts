import type { DatabaseView } from '../../roles/model/database.ts';
import type { View } from '../../roles/model/view.ts';

/**
 * What of a view a plan may hang on, as a text to compare: load moves all the time, and no plan hangs on it. A few KiB
 * for each node, and far cheaper than the look at the machine that it saves. Whoever moves the primary tells each server
 * what to do meanwhile: users wait, and the cycles of all roles would only be in its way.
 */
export function planKey({ revision: _revision, database, ...view }: View): string {
  const nodes = view.nodes.map(({ facts, ...node }) => {
    if (facts === undefined) return node;
    const { load: _load, sequence: _sequence, ...lasting } = facts;
    return { ...node, facts: lasting };
  });
  return JSON.stringify({ ...view, nodes, database: settled(database) });
}

function settled(database: DatabaseView | undefined): unknown {
  if (database === undefined) return undefined;
  const { epoch: _epoch, move: _move, ...lasting } = database;
  return lasting;
}
