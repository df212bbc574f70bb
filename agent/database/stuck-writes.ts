import { endWaits } from '../../roles/db/statements.ts';
import { GtidPosition } from '../../roles/model/database.ts';
import { holdsAll } from '../../roles/model/gtid.ts';
import type { Sql } from '../../roles/model/ports.ts';
import { nameOf, type View } from '../../roles/model/view.ts';
import type { Journal } from '../reconcile/journal.ts';
import type { Servers } from './servers.ts';

export interface StuckParts {
  readonly view: () => View | undefined;
  readonly sql: Sql;
  readonly servers: Pick<Servers, 'all'>;
  readonly journal: Pick<Journal, 'tell'>;
}

/** A server that hangs in its commits still answers what takes no lock. */
const timeoutMs = 2_000;

/**
 * Ends waits for a word that never comes, on the primary. A replica that connects anew does not acknowledge what it had
 * received before (MariaDB 10.11), and once two groups of commits wait, no later one can bring the word: all writes stand
 * still for ever. Where an acknowledging replica is found to have everything that is written here, nothing is lost by
 * waiting no longer. Returns whether waits were ended.
 */
export async function freeStuckWrites({ view, sql, servers, journal }: StuckParts): Promise<boolean> {
  const now = view();
  const { ackers = [], move, primary } = now?.database ?? {};
  if (now === undefined || primary !== now.self || move !== undefined || ackers.length === 0) return false;
  const position = await positionOf(sql);
  const reports = await servers.all();
  const holder = reports.find(({ node, receives, received }) => {
    return ackers.includes(node) && receives === true && holdsAll(received ?? '', position);
  });
  if (holder === undefined) return false;
  await sql.run([endWaits(position)], timeoutMs);
  const sentence = `writes went on that had waited for a word of ${nameOf(now, holder.node)}: it has them, and had connected anew before it said so`;
  await journal.tell({ kind: 'healed', role: 'db', sentence });
  return true;
}

async function positionOf(sql: Sql): Promise<GtidPosition> {
  const [[row] = []] = await sql.run(['SELECT @@global.gtid_binlog_pos AS position'], timeoutMs);
  return GtidPosition.parse((row as { readonly position?: unknown } | undefined)?.position);
}
