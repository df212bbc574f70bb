import type { DecisionSet } from '../../coordinator/store/codec.ts';
import type { Membership } from '../cluster/membership-parts.ts';

/**
 * Passes on who was removed by decision. What was known when this life began goes to whoever lacks it with the next
 * exchange: years of it, said to all by everyone who starts, would leave no room for other words.
 */
export function burials(
  membership: Pick<Membership, 'bury' | 'tellTombstone'>,
): (known: Pick<DecisionSet, 'nodes' | 'tombstones'>) => void {
  let buried: ReadonlySet<string> | undefined;
  return ({ nodes, tombstones }) => {
    const present = new Set(nodes.map(({ id }) => id));
    // The end of an admission before the present one is nobody's news.
    const ended = Object.entries(tombstones).filter(([id]) => !present.has(id));
    for (const [, tombstone] of ended) {
      if (buried === undefined) membership.bury(tombstone);
      else if (!buried.has(tombstone.signature)) membership.tellTombstone(tombstone);
    }
    buried = new Set(ended.map(([, { signature }]) => signature));
  };
}
