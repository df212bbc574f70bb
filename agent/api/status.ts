import { hasApplied } from '../../roles/model/applied.ts';
import type { Facts, Health } from '../../roles/model/facts.ts';
import type { RoleName } from '../../roles/model/node.ts';
import { isReachable, type NodeView, type View } from '../../roles/model/view.ts';
import { vipsOf } from '../../roles/model/vip.ts';
import { type NodeStatus, type StatusReport, schemaVersion } from './contract.ts';
import { risksOf } from './risks.ts';
import { verdictOf } from './verdict.ts';

export interface StatusParts {
  readonly version: string;
  readonly decisions: StatusReport['decisions'];
  readonly now: Date;
}

/** What `muster status` says, derived from one view. */
export function statusReport(view: View, { version, decisions, now }: StatusParts): StatusReport {
  const nodes = view.nodes.map((node) => ({
    ...nodeStatus(node, node.record.id === view.self),
    ...holdsOf(view, node),
  }));
  return {
    schemaVersion,
    version,
    cluster: { ...view.cluster },
    verdict: verdictOf(nodes, view.twin),
    risks: risksOf(view, decisions, now),
    urls: [...sharedUrls(view, nodes), ...urlsOf(nodes)],
    decisions: { ...decisions },
    nodes,
  };
}

/** As its own kernel told it; nothing where it cannot be heard. */
function holdsOf(view: View, node: NodeView): Pick<NodeStatus, 'holds'> {
  const heard = node.verdict === 'alive' || node.verdict === 'suspect';
  const holds = vipsOf(view)
    .map(({ address }) => address)
    .filter((address) => heard && hasApplied(node, 'balancer', address));
  return holds.length === 0 ? {} : { holds };
}

export function nodeStatus(node: NodeView, self: boolean): NodeStatus {
  const { id, name, address } = node.record;
  const roles = shownRoles(node).map((role) => {
    const { state, reason } = healthOf(node, role);
    return { role, state, reason };
  });
  const drained = node.record.drained === true;
  return { id, name, address, self, verdict: node.verdict, drained, roles, ...measures(node.facts) };
}

/** What every node carries is worth a word only where it is not well. */
function shownRoles(node: NodeView): readonly RoleName[] {
  const base = node.facts?.health.node;
  return base === undefined || base.state === 'ready' ? node.roles : ['node', ...node.roles];
}

/** How a role fares on a node; one that has not said so yet is still starting. */
export function healthOf(node: NodeView, role: RoleName): Health {
  return node.facts?.health[role] ?? { state: 'starting', reason: 'the node has not reported on it yet' };
}

function measures(facts: Facts | undefined): Pick<NodeStatus, 'cores' | 'memoryMiB' | 'load'> {
  if (facts === undefined) return {};
  const { cores, memoryMiB } = facts.hardware;
  return { cores, memoryMiB, load: Math.round(facts.load * 100) / 100 };
}

/** The shared addresses, while a balancer is ready that may hold them. */
function sharedUrls(view: View, nodes: readonly NodeStatus[]): string[] {
  if (urlsOf(nodes).length === 0) return [];
  return vipsOf(view).map(({ address }) => `http://${address}/`);
}

/** Where users reach the cluster now: each balancer that is ready on a node that can be reached. */
function urlsOf(nodes: readonly NodeStatus[]): string[] {
  return nodes
    .filter(isReachable)
    .filter(({ roles }) => roles.some(({ role, state }) => role === 'balancer' && state === 'ready'))
    .map(({ address }) => `http://${address}/`);
}
