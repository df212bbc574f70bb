import { hasApplied } from '../../roles/model/applied.ts';
import { databaseRevision, type NamedDatabase } from '../../roles/model/named-database.ts';
import type { NodeView, View } from '../../roles/model/view.ts';
import { schemaVersion } from './contract.ts';
import type { DatabaseState, DatabasesReport } from './contract-databases.ts';
import { healthOf } from './status.ts';

/** What `muster db ls` says. `sizes`: bytes by name, as far as the primary could be asked. */
export function databasesReport(view: View, sizes: Readonly<Record<string, number>>): DatabasesReport {
  const primary = view.nodes.find(({ record }) => record.id === view.database?.primary);
  const trouble = troubleOf(primary);
  const databases = (view.databases ?? []).map((database) => {
    const { name, createdAt } = database;
    return { name, createdAt, state: stateOf(database, primary), bytes: sizes[name] };
  });
  return { schemaVersion, databases, ...(trouble === undefined ? {} : { trouble }) };
}

function stateOf(database: NamedDatabase, primary: NodeView | undefined): DatabaseState {
  if (database.dropped === true) return 'being dropped';
  return hasApplied(primary, 'db', databaseRevision(database)) ? 'ready' : 'being made';
}

function troubleOf(primary: NodeView | undefined): string | undefined {
  if (primary === undefined) return 'no node is the primary of the database yet';
  const { verdict, record } = primary;
  if (verdict !== 'alive' && verdict !== 'suspect') return `${record.name}, the primary, is ${verdict}`;
  const { state, reason } = healthOf(primary, 'db');
  return state === 'ready' ? undefined : `the database on ${record.name} is ${state}: ${reason}`;
}
