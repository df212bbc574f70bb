import { carriersOf, type NodeView, type View } from '../../roles/model/view.ts';
import type { Risk } from './contract.ts';

/** What would be lost with a database server, and what waits for a hand. */
export function databaseRisks(view: View): Risk[] {
  const { database } = view;
  const carriers = carriersOf(view, 'db').filter(({ verdict }) => verdict !== 'left');
  const primary = carriers.find(({ record }) => record.id === database?.primary);
  if (database === undefined || view.nodes.length < 2) return [];
  if (primary === undefined || isGone(primary)) return [lost(view, primary, carriers)];
  if (carriers.length === 1) {
    const sentence = `Only ${primary.record.name} has the databases: what is in them is lost with it.`;
    return [{ code: 'one-database', sentence, next: 'muster role set NODE db' }];
  }
  if ((database.ackers ?? []).length > 0) return [];
  const sentence = `No replica acknowledges writes: what ${primary.record.name} alone has is lost if it is.`;
  return [{ code: 'no-acker', sentence, next: 'muster db status' }];
}

function lost(view: View, primary: NodeView | undefined, carriers: readonly NodeView[]): Risk {
  const name = primary?.record.name ?? view.database?.primary ?? 'the primary';
  const ackers = carriers.filter(({ record }) => view.database?.ackers?.includes(record.id));
  const best = [...ackers, ...carriers].find((node) => node !== primary && !isGone(node));
  const sentence = `Nothing can be written: ${name} is the primary of the database and does not answer. Another takes over by your word alone.`;
  const next =
    best === undefined
      ? `power ${name} on`
      : `muster db promote ${best.record.name} --dry-run, or power ${name} on`;
  return { code: 'primary-lost', sentence, next };
}

function isGone({ verdict }: NodeView): boolean {
  return verdict === 'unreachable' || verdict === 'dead' || verdict === 'left';
}
