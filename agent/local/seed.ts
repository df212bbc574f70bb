import { seedSnapshot } from '../../coordinator/store/seed.ts';
import { loadSnapshot, saveSnapshot } from '../../coordinator/store/snapshot-file.ts';
import type { SignedAdmission } from '../../roles/model/admission.ts';
import type { Assignment } from '../../roles/model/assignment.ts';
import type { NodeRecord } from '../../roles/model/node.ts';
import { paths } from '../../roles/model/paths.ts';
import type { Files, Snapshot } from '../../roles/model/ports.ts';
import type { ClusterSettings } from '../../roles/model/settings.ts';
import { roles, Settings } from '../../roles/registry.ts';
import type { NodeConfig } from './state.ts';

/** What the operator wants of the cluster from its first moment on. */
export type SeedWishes = Partial<ClusterSettings>;

/** Where the first node stands; the generation goes up when a cluster is made anew from what was left of it. */
export const firstPlace = { generation: 1, ordinal: 1 } as const;

/**
 * Writes the first decisions of a cluster of one: the defaults but for the wishes, this node, every role on it. Decisions that are there
 * already count. True when they were written.
 */
export async function ensureSeed(
  files: Files,
  config: NodeConfig,
  wishes: SeedWishes,
  admission?: SignedAdmission,
): Promise<boolean> {
  if ((await loadSnapshot(files, paths.decisions)) !== undefined) return false;
  await saveSnapshot(files, paths.decisions, firstDecisions(config, wishes, admission));
  return true;
}

/** The decisions of a cluster of one at revision 0, before there is a store. */
export function firstDecisions(
  config: NodeConfig,
  wishes: SeedWishes,
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
    settings: Settings.parse({ cluster: wishes }),
    nodes: [record],
    assignments: { [config.nodeId]: everyRole() },
  });
}

function everyRole(): Assignment {
  const names = roles.flatMap(({ name }) => (name === 'node' ? [] : [name]));
  const why = Object.fromEntries(names.map((name) => [name, 'it is the only node, and carries every role']));
  return { roles: names, why };
}
