import { isDeepStrictEqual } from 'node:util';
import type { NodeId } from '../../roles/model/node.ts';
import type { Snapshot } from '../../roles/model/ports.ts';
import type { StorageDecision } from '../../roles/model/storage.ts';
import { carriersOf, type NodeView, type View } from '../../roles/model/view.ts';
import { withoutNfs } from '../../roles/storage/nfs.ts';
import { storageSettingsOf } from '../../roles/storage/settings.ts';
import { decode } from '../store/codec.ts';
import { storageKey } from '../store/keys.ts';
import { bricksAfter } from './bricks.ts';
import { present } from './carriers.ts';
import type { Change } from './change.ts';

/** A decision that is to be, and why. */
interface Wanted {
  readonly decision: Omit<StorageDecision, 'since'>;
  readonly sentence: string;
}

/**
 * Where the common files are kept: in a folder of the only node; from the second node on in a volume that is made over
 * that very folder, so that no file has to be moved; or served by that node to the others, if the operator wants that and
 * the kernels can; in three copies once three nodes can hold one; or elsewhere, if
 * the operator says so. One change at a time, each once the one before is seen to be whole.
 */
export function keepStorage(view: View, snapshot: Snapshot, now: Date): readonly Change[] {
  const wanted = view.storage === undefined ? first(view) : next(view, view.storage, snapshot);
  if (wanted === undefined) return [];
  const { since: _since, epoch: _epoch, ...before } = view.storage ?? { since: '', epoch: 0 };
  if (isDeepStrictEqual(before, wanted.decision)) return [];
  const decision: StorageDecision = { ...wanted.decision, since: now.toISOString() };
  const conditions = [{ key: storageKey, modRevision: snapshot.entries[storageKey]?.modRevision ?? 0 }];
  const put = { [storageKey]: JSON.stringify(decision) };
  return [{ transaction: { conditions, put }, sentences: [wanted.sentence] }];
}

/** The first word: a folder on the first node that carries storage, or what the operator has elsewhere. */
function first(view: View): Wanted | undefined {
  const elsewhere = external(view);
  if (elsewhere !== undefined) return elsewhere;
  const node = carriersOf(view, 'storage').find(isThere);
  if (node === undefined) return undefined;
  const decision = { driver: 'local' as const, keeper: node.record.id, bricks: [] };
  return { decision, sentence: `the common files are kept in a folder on ${node.record.name}` };
}

function next(view: View, now: StorageDecision, snapshot: Snapshot): Wanted | undefined {
  if (now.driver === 'external') return undefined;
  if (now.driver === 'local') return external(view) ?? served(view, now) ?? shared(view, now);
  if (now.driver === 'nfs') return shared(view, now);
  const bricks = bricksAfter(view, now, forbidden(snapshot));
  const keeper = keeperOf(view, now);
  if (keeper === undefined) return undefined;
  const decision = { driver: now.driver, keeper: keeper.record.id, bricks: [...bricks.nodes] };
  const taken = `${keeper.record.name} sees to the volume of the common files from now on`;
  return { decision, sentence: bricks.sentence ?? taken };
}

function external(view: View): Wanted | undefined {
  if (storageSettingsOf(view).driver !== 'external' || storageSettingsOf(view).external === null)
    return undefined;
  const decision = { driver: 'external' as const, bricks: [] };
  return { decision, sentence: 'the common files are kept where the settings say, outside of this cluster' };
}

/** The node that has the folder serves it, once it and all who are to mount it can. */
function served(view: View, now: StorageDecision): Wanted | undefined {
  const keeper = view.nodes.find(({ record }) => record.id === now.keeper);
  if (storageSettingsOf(view).driver !== 'nfs' || keeper === undefined || !isThere(keeper)) return undefined;
  if (withoutNfs(view, keeper.record.id).length > 0) return undefined;
  const { id, name } = keeper.record;
  return {
    decision: { driver: 'nfs', keeper: id, bricks: [] },
    sentence: `${name} serves the folder of the common files to all nodes by NFS`,
  };
}

/** The second node makes the folder a volume; one that is asked for may be made before. */
function shared(view: View, now: StorageDecision): Wanted | undefined {
  const { driver } = storageSettingsOf(view);
  const wished = driver === 'gluster' || (driver === 'auto' && present(view).length > 1);
  const keeper = view.nodes.find(({ record }) => record.id === now.keeper);
  if (!wished || keeper === undefined || !isThere(keeper)) return undefined;
  const { id, name } = keeper.record;
  const decision = { driver: 'gluster' as const, keeper: id, bricks: [id] };
  return {
    decision,
    sentence: `the folder of the common files on ${name} becomes a volume that all nodes mount`,
  };
}

/** The one who gives the commands stays while it is there; then the next of those who hold the files. */
function keeperOf(view: View, now: StorageDecision): NodeView | undefined {
  const able = carriersOf(view, 'storage').filter(isThere);
  const holders = now.bricks.flatMap((id) => able.filter(({ record }) => record.id === id));
  return able.find(({ record }) => record.id === now.keeper) ?? holders[0];
}

function isThere({ verdict }: NodeView): boolean {
  return verdict === 'alive' || verdict === 'suspect';
}

function forbidden(snapshot: Snapshot): (id: NodeId) => boolean {
  const { wishes } = decode(snapshot);
  return (id) => wishes[id]?.forbid?.includes('storage') === true;
}
