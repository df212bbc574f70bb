import { MusterError } from '../../roles/model/errors.ts';
import type { NodeId } from '../../roles/model/node.ts';
import { filesPath, holdersOf } from '../../roles/model/storage.ts';
import type { NodeView, View } from '../../roles/model/view.ts';
import { votersOf } from '../../roles/node/standing.ts';
import { groupOf } from './bricks.ts';
import { present } from './carriers.ts';

/** Whether a node may be removed now, or what is waited for. */
export type Removal =
  | { readonly ready: true }
  /** `empty` first: its services would run on, and two machines would take one address. */
  | { readonly ready: false; readonly sentence: string };

/**
 * Judges `node rm NODE`. A node that is gone may go at once; one that is there first ends what it carries. Throws
 * `not-allowed` for the only node, the only voter while there are others, the primary of the database and whoever has
 * the only copy of common files, each with the way out.
 */
export function removalOf(view: View, node: NodeView): Removal {
  const { id, name } = node.record;
  const others = present(view).filter(({ record }) => record.id !== id);
  if (others.length === 0) throw onlyNode(name);
  const voters = votersOf(view).map(({ record }) => record.id);
  if (voters.includes(id) && voters.length === 1) throw onlyVoter(name, others);
  if (view.database?.primary === id) throw primaryStays(node);
  if (hasOnlyCopy(view, id)) throw onlyCopyStays(node);
  if (isGone(node)) return { ready: true };
  if (node.verdict === 'unmanaged') throw unmanaged(name);
  const inForce = Object.entries(node.facts?.applied ?? {}).filter(
    ([role, applied]) => role !== 'node' && applied !== '',
  );
  if (inForce.length === 0 && node.facts !== undefined) return { ready: true };
  const roles = inForce.map(([role]) => role).join(' and ');
  return {
    ready: false,
    sentence:
      node.facts === undefined ? `${name} has not said what it carries` : `${name} still ends ${roles}`,
  };
}

/** What it means when a node goes, in a sentence, before it does. */
export function consequenceOf(view: View, node: NodeView): string {
  const { id, name } = node.record;
  const others = present(view).filter(({ record }) => record.id !== id);
  const losses = node.roles.map((role) => {
    const left = others.filter(({ roles }) => roles.includes(role)).length;
    return left === 0 ? `${role} goes to nobody yet` : `${role} stays on ${left} of ${left + 1} nodes`;
  });
  const names = others.map(({ record }) => record.name).join(', ');
  const means = losses.length === 0 ? 'it carries nothing' : losses.join(', ');
  const go = others.length === 1 ? 'goes' : 'go';
  return `${name} leaves the cluster for good: ${means}; ${names} ${go} on`;
}

function onlyNode(name: string): MusterError {
  return new MusterError('not-allowed', {
    what: `${name} is not removed: it is the only node`,
    why: 'a cluster without a node is none',
    next: `on ${name}: muster uninstall`,
  });
}

function isGone({ verdict }: NodeView): boolean {
  return verdict === 'unreachable' || verdict === 'dead' || verdict === 'left';
}

/** No other node that can be heard has the files that lie there. */
function hasOnlyCopy({ storage, nodes }: View, id: NodeId): boolean {
  if (storage === undefined) return false;
  const holders = holdersOf(storage);
  if (!holders.includes(id)) return false;
  const others = new Set(groupOf(holders, id).filter((other) => other !== id));
  return !nodes.some((node) => others.has(node.record.id) && !isGone(node));
}

/** A machine that is gone comes back with its disk, and the files with it: its name is all that leads to them. */
function onlyCopyStays(node: NodeView): MusterError {
  const { name } = node.record;
  const join = `join machines until three carry storage: the files are copied by themselves; then muster node rm ${name}`;
  return new MusterError('not-allowed', {
    what: `${name} is not removed: it has the only copy of common files`,
    why: `what lies there in ${filesPath} is on no other node that answers`,
    next: isGone(node) ? `power ${name} on, or start another machine from its disk; then ${join}` : join,
  });
}

/** With it would go the only word on who may write. */
function primaryStays(node: NodeView): MusterError {
  const { name } = node.record;
  return new MusterError('not-allowed', {
    what: `${name} is not removed: it is the primary of the database`,
    why: 'somebody has to take over from it first, with all that it has',
    next: isGone(node)
      ? 'muster db promote NODE'
      : 'muster db switchover; where there is no other: muster role set NODE db',
  });
}

function onlyVoter(name: string, others: readonly NodeView[]): MusterError {
  const names = others.map(({ record }) => record.name).join(', ');
  return new MusterError('not-allowed', {
    what: `${name} is not removed: it alone keeps the decisions`,
    why: `without it ${names} could decide nothing any more`,
    next: `to end the cluster: muster node rm of ${names}, then muster uninstall on ${name}; to rest ${name}: muster node drain ${name}`,
  });
}

function unmanaged(name: string): MusterError {
  return new MusterError('not-allowed', {
    what: `${name} is not removed: its agent is silent, and its services run on`,
    why: 'a machine that is removed and serves on would take the shared address beside another',
    next: `on ${name}: systemctl start muster, or power it off; then muster node rm ${name}`,
  });
}
