import type { View } from '../../roles/model/view.ts';

/**
 * What of a view a plan may hang on, as a text to compare: load moves all the time, and no plan hangs on it. A few KiB
 * for each node, and far cheaper than the look at the machine that it saves.
 */
export function planKey({ revision: _revision, ...view }: View): string {
  const nodes = view.nodes.map(({ facts, ...node }) => {
    if (facts === undefined) return node;
    const { load: _load, sequence: _sequence, ...lasting } = facts;
    return { ...node, facts: lasting };
  });
  return JSON.stringify({ ...view, nodes });
}
