import { type NodeView, selfOf, type View } from '../model/view.ts';

/** The nodes that run an etcd member: the first one alone. */
export function votersOf(view: View): readonly NodeView[] {
  return view.nodes.slice(0, 1);
}

/** Whether this node runs an etcd member. */
export function isVoter(view: View): boolean {
  return votersOf(view).some(({ record }) => record.id === view.self);
}

/** Whether systemd keeps the services of this node. */
export function hasSystemd(view: View): boolean {
  return selfOf(view).facts?.hardware.init === 'systemd';
}
