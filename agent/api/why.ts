import type { Event } from '../../roles/model/event.ts';
import type { NodeView } from '../../roles/model/view.ts';
import { schemaVersion, type WhyReport } from './contract.ts';
import { healthOf } from './status.ts';

/** Why a node does what it does: each role with the reason it was given and how it fares. */
export function whyReport(
  node: NodeView,
  reasons: Readonly<Record<string, string>>,
  events: readonly Event[],
): WhyReport {
  const { id, name, address } = node.record;
  const roles = node.roles.map((role) => {
    const { state, reason } = healthOf(node, role);
    return { role, why: reasons[role] ?? 'no reason was written down with the assignment', state, reason };
  });
  return { schemaVersion, node: { id, name, address }, roles, events: [...events] };
}
