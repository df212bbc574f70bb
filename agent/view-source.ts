import type { View } from '../roles/model/view.ts';
import { Settings } from '../roles/registry.ts';
import type { OwnFacts } from './cluster/own-facts.ts';
import { makeView } from './cluster/view.ts';
import type { DecisionSource } from './decisions.ts';
import type { NodeConfig } from './local/state.ts';

/** A cluster that had to be made anew from what was left of it counts up; the first is the first. */
const firstGeneration = 1;

/** The newest view of this node, made anew whenever it is asked for; undefined while no decisions are known. */
export function viewSource(
  config: NodeConfig,
  source: DecisionSource,
  facts: OwnFacts,
): () => View | undefined {
  return () => {
    const known = source.known();
    if (known === undefined) return undefined;
    // Settings of a newer version that this one cannot read must not stop what runs: defaults are good.
    const settings = Settings.safeParse(known.settings ?? {}).data ?? Settings.parse({});
    return makeView({
      self: config.nodeId,
      cluster: {
        id: config.clusterId,
        generation: known.cluster?.generation ?? firstGeneration,
        name: settings.cluster.name,
      },
      revision: known.revision,
      settings,
      nodes: known.nodes,
      assignments: known.assignments,
      facts: { [config.nodeId]: facts.current() },
      verdicts: {},
    });
  };
}
