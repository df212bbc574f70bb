import * as z from 'zod';
import type { DecisionSet } from '../../coordinator/store/codec.ts';
import type { NodeId } from '../../roles/model/node.ts';
import type { View } from '../../roles/model/view.ts';
import { Settings } from '../../roles/registry.ts';
import type { Membership } from '../cluster/membership-parts.ts';
import type { OwnFacts } from '../cluster/own-facts.ts';
import type { DecisionSource } from '../decisions/source.ts';
import type { NodeConfig } from '../local/state.ts';
import { makeView } from './make-view.ts';

export interface ViewSourceParts {
  readonly config: NodeConfig;
  readonly source: Pick<DecisionSource, 'known' | 'answers'>;
  readonly facts: OwnFacts;
  /** Undefined until this node listens to the others. */
  readonly membership: () => Pick<Membership, 'facts' | 'verdicts'> | undefined;
  /** Whether this node itself was removed: then it carries nothing any more. */
  readonly removed: () => boolean;
  /** Where another machine lives under this node's identity: then it carries nothing either. */
  readonly twin: () => string | undefined;
  /** Hears what an operator should know. */
  readonly tell: (sentence: string) => void;
}

/** A cluster that had to be made anew from what was left of it counts up; the first is the first. */
const firstGeneration = 1;

/**
 * The newest view of this node, made anew whenever it is asked for; undefined while no decisions are known. Settings
 * that cannot be read, from a newer version or a damaged store, are told and change nothing: the last good ones count.
 */
export function viewSource(parts: ViewSourceParts): () => View | undefined {
  const { config, source, facts } = parts;
  const settingsOf = lastGoodSettings(parts);
  return () => {
    const known = source.known();
    if (known === undefined) return undefined;
    const settings = settingsOf(known.settings);
    const circle = parts.membership();
    const twin = parts.twin();
    const still = twin !== undefined || parts.removed();
    return makeView({
      self: config.nodeId,
      address: config.address,
      cluster: {
        id: config.clusterId,
        generation: known.cluster?.generation ?? firstGeneration,
        name: settings.cluster.name,
      },
      revision: known.revision,
      settings,
      secrets: ownSecrets(known, config.nodeId),
      applications: Object.values(known.applications).sort((a, b) => (a.name < b.name ? -1 : 1)),
      ...(twin === undefined ? {} : { twin }),
      ...(source.answers() ? { confirmed: true as const } : {}),
      ...(known.database === undefined ? {} : { database: known.database }),
      certificates: known.certificates,
      orders: known.orders,
      ...(known.acme === undefined ? {} : { acme: known.acme }),
      ...(known.storage === undefined ? {} : { storage: known.storage }),
      databases: known.databases,
      ...(known.cache === undefined ? {} : { cache: known.cache }),
      nodes: known.nodes,
      assignments: still ? withoutOwn(known.assignments, config.nodeId) : known.assignments,
      facts: { ...circle?.facts(), [config.nodeId]: facts.current() },
      verdicts: { ...circle?.verdicts(), ...(still ? { [config.nodeId]: 'left' as const } : {}) },
    });
  };
}

function ownSecrets({ secrets, secretRevisions }: DecisionSet, self: NodeId): Record<string, number> {
  const own = Object.keys(secrets).filter((name) => secrets[name]?.[self] !== undefined);
  return Object.fromEntries(own.map((name) => [name, secretRevisions[name] ?? 0]));
}

/** Whoever was removed carries nothing, whatever was decided before. */
function withoutOwn(assignments: DecisionSet['assignments'], self: NodeId): DecisionSet['assignments'] {
  return { ...assignments, [self]: { roles: [], why: {} } };
}

function lastGoodSettings({ tell }: ViewSourceParts): (stored: unknown) => Settings {
  let good = Settings.parse({});
  let told = '';
  return (stored) => {
    const parsed = Settings.safeParse(stored ?? {});
    if (parsed.success) {
      good = parsed.data;
      return good;
    }
    const why = z.prettifyError(parsed.error).replaceAll('\n', ' ');
    if (why !== told) tell(`the stored settings cannot be read, the last good ones count: ${why}`);
    told = why;
    return good;
  };
}
