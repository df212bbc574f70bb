import type { Decisions, Snapshot, Transaction } from '../../roles/model/ports.ts';
import { decode, encode } from './codec.ts';
import { decisionsPrefix, leaderKey } from './keys.ts';

/** The decisions that `muster init` writes down before there is a store: a snapshot at revision 0. */
export function seedSnapshot(set: Parameters<typeof encode>[0]): Snapshot {
  const entries = Object.entries(encode(set)).map(
    ([key, value]) => [key, { value, modRevision: 0 }] as const,
  );
  return { revision: 0, entries: Object.fromEntries(entries) };
}

/** Whether anything has been decided yet. Who leads does not count: a brain may ask for that in an empty store. */
export function holdsDecisions(snapshot: Snapshot): boolean {
  return Object.keys(snapshot.entries).some((key) => key !== leaderKey);
}

/** The generation of the cluster that a snapshot speaks of; 0 where it does not say. */
export function generationOf(snapshot: Snapshot): number {
  return decode(snapshot).cluster?.generation ?? 0;
}

/**
 * Puts a snapshot into a store that holds no decisions yet, in one transaction, all or nothing. Returns false, and
 * changes nothing, where the store already holds some: what it says counts. The leader stays out, since its lease
 * is gone.
 */
export async function importSeed(decisions: Decisions, snapshot: Snapshot): Promise<boolean> {
  if (holdsDecisions(await decisions.read(decisionsPrefix))) return false;
  const result = await decisions.transact(importOf(snapshot));
  return result.committed;
}

function importOf(snapshot: Snapshot): Transaction {
  const entries = Object.entries(snapshot.entries).filter(([key]) => key !== leaderKey);
  return {
    conditions: entries.map(([key]) => ({ key, modRevision: 0 })),
    put: Object.fromEntries(entries.map(([key, entry]) => [key, entry.value])),
  };
}
