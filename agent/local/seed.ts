import { seedSnapshot } from '../../coordinator/store/seed.ts';
import { loadSnapshot, saveSnapshot } from '../../coordinator/store/snapshot-file.ts';
import type { SignedAdmission } from '../../roles/model/admission.ts';
import type { Assignment } from '../../roles/model/assignment.ts';
import type { NodeRecord } from '../../roles/model/node.ts';
import { paths } from '../../roles/model/paths.ts';
import type { Files, Snapshot } from '../../roles/model/ports.ts';
import { roles, Settings } from '../../roles/registry.ts';
import type { NodeConfig } from './state.ts';

/** Where the first node stands; the generation goes up when a cluster is made anew from what was left of it. */
export const firstPlace = { generation: 1, ordinal: 1 } as const;

/**
 * Writes the first decisions of a cluster of one: all defaults, this node, every role on it. Decisions that are there
 * already count. True when they were written.
 */
export async function ensureSeed(
  files: Files,
  config: NodeConfig,
  clusterName: string,
  admission?: SignedAdmission,
): Promise<boolean> {
  if ((await loadSnapshot(files, paths.decisions)) !== undefined) return false;
  await saveSnapshot(files, paths.decisions, firstDecisions(config, clusterName, admission));
  return true;
}

/** The decisions of a cluster of one at revision 0, before there is a store. */
export function firstDecisions(
  config: NodeConfig,
  clusterName: string,
  admission?: SignedAdmission,
): Snapshot {
  const record: NodeRecord = {
    id: config.nodeId,
    name: config.name,
    ordinal: firstPlace.ordinal,
    address: config.address,
    ...(admission === undefined ? {} : { admission }),
  };
  return seedSnapshot({
    cluster: { id: config.clusterId, generation: firstPlace.generation },
    settings: Settings.parse({ cluster: { name: clusterName } }),
    nodes: [record],
    assignments: { [config.nodeId]: everyRole() },
  });
}

function everyRole(): Assignment {
  const names = roles.flatMap(({ name }) => (name === 'node' ? [] : [name]));
  const why = Object.fromEntries(names.map((name) => [name, 'it is the only node, and carries every role']));
  return { roles: names, why };
}
