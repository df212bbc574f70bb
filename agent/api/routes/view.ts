import { MusterError } from '../../../roles/model/errors.ts';
import type { View } from '../../../roles/model/view.ts';
import type { AgentHandle } from '../handle.ts';

/** The newest view; throws `store-unreachable` while the agent has none. */
export function viewOf(handle: AgentHandle): View {
  const view = handle.view();
  if (view !== undefined) return view;
  throw new MusterError('store-unreachable', {
    what: 'the agent does not know yet what the cluster has decided',
    why: handle.decisions().sentence,
    next: 'muster status, in a few seconds; muster doctor if it stays so',
  });
}
