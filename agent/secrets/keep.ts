import { decode } from '../../coordinator/store/codec.ts';
import type { Decisions, Files, Snapshot } from '../../roles/model/ports.ts';
import { isSealedTo } from '../admission/sealed.ts';
import { audienceOf, holdersOf } from './holders.ts';
import { openFields } from './open.ts';
import { secretChange } from './put.ts';

/**
 * Keeps every secret sealed to those who need it now, and to nobody who did before: a node that is given a role can
 * open its secrets within a turn of the brain. What this node cannot open it leaves as it is, and names; a conflict is
 * the next turn's.
 */
export async function keepSecrets(
  { files, decisions }: { readonly files: Files; readonly decisions: Decisions },
  snapshot: Snapshot,
): Promise<readonly string[]> {
  const set = decode(snapshot);
  const unreadable: string[] = [];
  for (const [name, sealed] of Object.entries(set.secrets)) {
    const holders = holdersOf(name, set);
    if (audienceOf(name) === undefined || holders.length === 0 || isSealedTo(sealed, holders)) continue;
    const fields = await openFields(files, set, name).catch(() => undefined);
    if (fields === undefined) unreadable.push(name);
    else await decisions.transact(secretChange(snapshot, name, fields));
  }
  return unreadable;
}
