import { nodeHostname } from '../model/node.ts';
import type { Observed } from '../model/observed.ts';
import type { Step } from '../model/step.ts';
import { carriersOf, type NodeView, type View } from '../model/view.ts';
import * as commands from './commands.ts';
import { ownVolume } from './observed.ts';
import { poolSeen } from './volume.ts';

/**
 * Who belongs to the pool: every node that carries storage, once its glusterd runs. Whoever does not any more, and
 * holds no part, is let go.
 */
export function keepPool(view: View, observed: Observed): Step[] {
  const volume = ownVolume(observed);
  if (observed.answers['pool'] === undefined || volume === 'unknown') return [];
  const { known } = poolSeen(observed.answers['pool']);
  const nodes = carriersOf(view, 'storage').filter(({ record }) => record.id !== view.self);
  const missing = nodes.filter((node) => canJoin(node) && !known.includes(nodeHostname(node.record.id)));
  const holders = volume === 'absent' ? [] : volume.bricks;
  const needed = [...nodes.map(({ record }) => record.id), ...holders, ...(view.storage?.bricks ?? [])];
  const strangers = known.filter((peer) => !needed.some((id) => nodeHostname(id) === peer));
  return [
    ...missing.map(({ record }) => commands.addPeer(record.id, record.name)),
    ...strangers.map(commands.dropPeer),
  ];
}

/** A node that cannot be asked would only hold up whoever asks. */
function canJoin({ verdict, facts }: NodeView): boolean {
  return verdict === 'alive' && facts?.details?.storage?.['glusterd'] === 'runs';
}
