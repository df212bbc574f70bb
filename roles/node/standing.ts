import type { NodeRecord } from '../model/node.ts';
import { type NodeView, selfOf, type View } from '../model/view.ts';

/** The nodes that run an etcd member: the first one alone. Records in order of their ordinals. */
export function voterRecords(nodes: readonly NodeRecord[]): readonly NodeRecord[] {
  return nodes.slice(0, 1);
}

/** The same as seen in a view. */
export function votersOf(view: View): readonly NodeView[] {
  const voters = voterRecords(view.nodes.map(({ record }) => record));
  return view.nodes.filter(({ record }) => voters.includes(record));
}

/** Whether this node runs an etcd member. */
export function isVoter(view: View): boolean {
  return votersOf(view).some(({ record }) => record.id === view.self);
}

/** Whether systemd keeps the services of this node. */
export function hasSystemd(view: View): boolean {
  return selfOf(view).facts?.hardware.init === 'systemd';
}
