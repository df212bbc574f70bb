import { type NodeId, nodeHostname } from '../model/node.ts';
import type { Observed } from '../model/observed.ts';
import type { Step } from '../model/step.ts';
import { copies, type StorageView } from '../model/storage.ts';
import type { View } from '../model/view.ts';
import * as commands from './commands.ts';
import { contentSeen, ownVolume } from './observed.ts';
import { poolSeen, type Volume, volumeOptions } from './volume.ts';

/** From the volume as it is to the one that was decided. Each step may be cut off, and is then found half done. */
export function keepVolume(view: View, { bricks }: StorageView, observed: Observed): Step[] {
  const volume = ownVolume(observed);
  if (volume === 'unknown' || bricks.length === 0) return [];
  const why = 'nobody can use it before';
  if (volume === 'absent') {
    // Made over the folder in which the files are: a folder that is not there yet is another matter.
    if (contentSeen(observed) === 'unknown' || !reachable(view, observed, bricks)) return [];
    return [commands.create(bricks), commands.tune(volumeOptions), commands.start(why)];
  }
  const { options } = volume;
  const other = Object.entries(volumeOptions).filter(([key, value]) => options[key] !== value);
  return [
    ...(other.length === 0 ? [] : [commands.tune(Object.fromEntries(other))]),
    ...(volume.started ? [] : [commands.start(why)]),
    ...(volume.started ? change(view, observed, volume, bricks) : []),
  ];
}

/** The one step by which the parts become those that were decided; none where that is not sound. */
function change(view: View, observed: Observed, { bricks: now }: Volume, wanted: readonly NodeId[]): Step[] {
  const added = wanted.filter((id) => !now.includes(id));
  if (now.includes('') || added.length === 0 || !reachable(view, observed, added)) return [];
  const begins = now.every((id, index) => wanted[index] === id);
  if (now.length === 1 && wanted.length === copies && begins) return [commands.growCopies(added)];
  if (begins && added.length % copies === 0 && now.length % copies === 0) {
    return [commands.growSpace(added), commands.rebalance()];
  }
  if (now.length !== wanted.length || now.length % copies !== 0) return [];
  return now.flatMap((id, index) => {
    const successor = wanted[index];
    return successor === undefined || successor === id ? [] : [commands.replace(id, successor)];
  });
}

/** Every node that is to get a part is in the pool and answers. */
function reachable(view: View, observed: Observed, nodes: readonly NodeId[]): boolean {
  const { connected } = poolSeen(observed.answers['pool']);
  return nodes.every((id) => id === view.self || connected.includes(nodeHostname(id)));
}
