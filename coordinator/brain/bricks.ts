import type { NodeId } from '../../roles/model/node.ts';
import { copies, type StorageDecision } from '../../roles/model/storage.ts';
import { carriersOf, type NodeView, nameOf, type View } from '../../roles/model/view.ts';
import { rowOf } from '../../roles/storage/volume.ts';

/** Who holds the volume from now on; the sentence is there where that is a change. */
export interface Bricks {
  readonly nodes: readonly NodeId[];
  readonly sentence?: string;
}

/**
 * One change at a time, and none before the last one is seen to be whole: a copy that nobody can hold any more goes to
 * a free node, the only copy becomes three, three more free nodes add space.
 */
export function bricksAfter(view: View, now: StorageDecision, forbidden: (id: NodeId) => boolean): Bricks {
  const { bricks } = now;
  if (!isWhole(view, now)) return { nodes: bricks };
  const free = carriersOf(view, 'storage').filter((node) => isFree(node, now) && !forbidden(node.record.id));
  return replaced(view, now, free, forbidden) ?? grown(view, now, free) ?? { nodes: bricks };
}

/** The volume is as was decided, its keeper says, and no copy that is there misses anything of another that is. */
function isWhole(view: View, { bricks, keeper }: StorageDecision): boolean {
  const row = rowOf(bricks);
  const said = (id: NodeId | undefined): Readonly<Record<string, string>> =>
    view.nodes.find(({ record }) => record.id === id)?.facts?.details?.storage ?? {};
  if (said(keeper)['row'] !== row || said(keeper)['volume'] !== 'started') return false;
  const [first] = bricks;
  if (bricks.length === 1) return said(first)['adopted'] === 'yes';
  const gone = bricks.some((id) => !isHere(view, id));
  return gone || bricks.every((id) => said(id)['row'] === row && said(id)['backlog'] === 'none');
}

function isHere(view: View, id: NodeId): boolean {
  const node = view.nodes.find(({ record }) => record.id === id);
  return node !== undefined && node.verdict !== 'dead' && node.verdict !== 'left';
}

/** Nothing lies there, its GlusterFS runs, and it is not to be left in peace. */
function isFree({ record, verdict, facts }: NodeView, { bricks }: StorageDecision): boolean {
  const said = facts?.details?.storage ?? {};
  const able = said['glusterd'] === 'runs' && said['part'] === 'free';
  return able && verdict === 'alive' && record.drained !== true && !bricks.includes(record.id);
}

/** One copy of three at a time, whose two others are there to make it from. The only copy stays where it is. */
function replaced(
  view: View,
  { bricks }: StorageDecision,
  [successor]: readonly NodeView[],
  forbidden: (id: NodeId) => boolean,
): Bricks | undefined {
  if (bricks.length < copies || successor === undefined) return undefined;
  const leaving = bricks.find((id) => !isHere(view, id)) ?? bricks.find(forbidden);
  if (leaving === undefined) return undefined;
  const group = groupOf(bricks, leaving).filter((id) => id !== leaving);
  if (!group.every((id) => isHere(view, id))) return undefined;
  const { id, name } = successor.record;
  const nodes = bricks.map((brick) => (brick === leaving ? id : brick));
  return { nodes, sentence: `${name} takes over the copies of ${nameOf(view, leaving)}` };
}

/** The nodes that hold the same files as one of them, in the order of the volume. */
export function groupOf(bricks: readonly NodeId[], id: NodeId): readonly NodeId[] {
  const begin = Math.floor(bricks.indexOf(id) / copies) * copies;
  return bricks.slice(begin, begin + copies);
}

function grown(view: View, { bricks }: StorageDecision, free: readonly NodeView[]): Bricks | undefined {
  const needed = bricks.length < copies ? copies - bricks.length : copies;
  if (free.length < needed || bricks.some((id) => !isHere(view, id))) return undefined;
  const added = free.slice(0, needed);
  const nodes = [...bricks, ...added.map(({ record }) => record.id)];
  const names = added.map(({ record }) => record.name).join(' and ');
  const gives = bricks.length < copies ? 'every file gets three copies' : 'the volume gets more space';
  return { nodes, sentence: `${gives}: ${names} hold some too` };
}
