import type { Assignment } from '../../roles/model/assignment.ts';
import type { Facts } from '../../roles/model/facts.ts';
import type { NodeId, NodeRecord } from '../../roles/model/node.ts';
import type { NodeView, Verdict, View } from '../../roles/model/view.ts';

export interface ViewInput {
  readonly self: NodeId;
  /** This node's own address now. */
  readonly address: string;
  readonly cluster: View['cluster'];
  readonly revision: number;
  readonly settings: View['settings'];
  readonly confirmed?: View['confirmed'];
  readonly twin?: View['twin'];
  readonly database?: View['database'];
  readonly storage?: View['storage'];
  readonly databases?: View['databases'];
  readonly cache?: View['cache'];
  readonly applications?: View['applications'];
  /** Secrets and the revisions of their last change, as far as they are sealed to this node. */
  readonly secrets?: View['secrets'];
  readonly certificates?: View['certificates'];
  readonly orders?: View['orders'];
  readonly acme?: View['acme'];
  readonly nodes: readonly NodeRecord[];
  readonly assignments: Readonly<Record<NodeId, Assignment>>;
  readonly facts: Readonly<Record<NodeId, Facts>>;
  readonly verdicts: Readonly<Record<NodeId, Verdict>>;
}

/**
 * Decisions × facts × verdicts. A node without a verdict is `alive`: it was admitted, and nobody has said otherwise.
 * Undefined while the decisions do not know this node.
 */
export function makeView(input: ViewInput): View | undefined {
  if (!input.nodes.some((record) => record.id === input.self)) return undefined;
  const nodes = [...input.nodes]
    .sort((a, b) => a.ordinal - b.ordinal)
    .map((record) => nodeView(input, record));
  const { self, cluster, revision, settings, confirmed, database, storage, cache, secrets } = input;
  const { twin, certificates, orders, acme, applications, databases } = input;
  const known = {
    ...(confirmed === undefined ? {} : { confirmed }),
    ...(twin === undefined ? {} : { twin }),
    ...(database === undefined ? {} : { database }),
    ...(storage === undefined ? {} : { storage }),
    ...(databases === undefined ? {} : { databases }),
    ...(cache === undefined ? {} : { cache }),
    ...(secrets === undefined ? {} : { secrets }),
    ...(certificates === undefined ? {} : { certificates }),
    ...(orders === undefined ? {} : { orders }),
    ...(acme === undefined ? {} : { acme }),
    ...(applications === undefined ? {} : { applications }),
  };
  return { self, cluster, revision, settings, ...known, nodes };
}

function nodeView(input: ViewInput, record: NodeRecord): NodeView {
  const facts = input.facts[record.id];
  return {
    record: { ...record, address: addressOf(input, record) },
    roles: input.assignments[record.id]?.roles ?? [],
    verdict: input.verdicts[record.id] ?? 'alive',
    ...(facts === undefined ? {} : { facts }),
  };
}

/** Where a node is, it says itself; what was decided is where it once came from. */
function addressOf({ self, address, facts }: ViewInput, { id, address: decided }: NodeRecord): string {
  return id === self ? address : (facts[id]?.hardware.address ?? decided);
}
