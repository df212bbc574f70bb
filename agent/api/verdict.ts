import type { RoleName } from '../../roles/model/node.ts';
import { isReachable } from '../../roles/model/view.ts';
import type { NodeStatus, StatusReport } from './contract.ts';

/** Without one of each of these, no user gets a page. */
const vital = [
  { role: 'balancer', missing: 'no balancer is ready' },
  { role: 'web', missing: 'no web server is ready' },
] as const satisfies readonly { role: RoleName; missing: string }[];

/** Troubles named in the verdict's sentence; the table has the rest. */
const namedTroubles = 2;

/**
 * `critical`: no balancer or no web server is ready anywhere, so users get nothing. `degraded`: some role is not
 * ready or some node not alive. Otherwise `ok`; risks never change it. `twin`: see `View`.
 */
export function verdictOf(nodes: readonly NodeStatus[], twin?: string): StatusReport['verdict'] {
  if (twin !== undefined) return keepsStill(twin);
  if (nodes.some(({ self, verdict }) => self && verdict === 'left')) return removed;
  const members = nodes.filter((node) => node.verdict !== 'left');
  const missing = vital.filter(({ role }) => readyNodes(members, role) === 0).map(({ missing }) => missing);
  const troubles = members.flatMap(troublesOf);
  if (missing.length > 0) {
    const cause = troubles.length === 0 ? '' : `: ${listed(troubles)}`;
    return { level: 'critical', sentence: `Critical: ${missing.join(' and ')}${cause}.` };
  }
  if (troubles.length > 0) return { level: 'degraded', sentence: `Degraded: ${listed(troubles)}.` };
  return { level: 'ok', sentence: `All is well: ${serving(readyNodes(members, 'web'))}.` };
}

/** Nothing that this machine still knows of the others is worth telling. */
const removed: StatusReport['verdict'] = {
  level: 'critical',
  sentence:
    'Critical: this machine was removed from the cluster and has ended what it carried; next: muster uninstall.',
};

/** Two machines with one identity: the one that came later says this of itself. */
function keepsStill(twin: string): StatusReport['verdict'] {
  const sentence = `Critical: another machine, at ${twin}, lives under this one's identity (a cloned disk?), so this one keeps still; next: muster uninstall, and join it anew; or power the other off for good, then systemctl restart muster.`;
  return { level: 'critical', sentence };
}

function readyNodes(nodes: readonly NodeStatus[], role: RoleName): number {
  return nodes
    .filter(isReachable)
    .filter((node) => node.roles.some((r) => r.role === role && r.state === 'ready')).length;
}

function troublesOf(node: NodeStatus): string[] {
  if (node.verdict !== 'alive') return [`${node.name} is ${node.verdict}`];
  return node.roles
    .filter(({ state }) => state !== 'ready')
    .map(({ role, state, reason }) => `${role} on ${node.name} is ${state} (${reason.replace(/\.$/, '')})`);
}

function listed(troubles: readonly string[]): string {
  const rest = troubles.length - namedTroubles;
  const named = troubles.slice(0, namedTroubles).join('; ');
  return rest > 0 ? `${named}; and ${String(rest)} more` : named;
}

function serving(count: number): string {
  return count === 1 ? 'one node serves web pages' : `${String(count)} nodes serve web pages`;
}
