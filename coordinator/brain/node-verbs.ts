import { MusterError } from '../../roles/model/errors.ts';
import { type NodeId, type NodeRecord, roleNames } from '../../roles/model/node.ts';
import type { Snapshot } from '../../roles/model/ports.ts';
import type { NodeView, View } from '../../roles/model/view.ts';
import { Wish } from '../../roles/model/wish.ts';
import { decode } from '../store/codec.ts';
import { nodeKey, wishKey } from '../store/keys.ts';
import { present } from './carriers.ts';
import type { Change } from './change.ts';
import type { RoleToPlace } from './reason.ts';

/** The node of this name or id. Throws `not-found`. */
export function nodeNamed(view: View, nameOrId: string): NodeView {
  const byId = view.nodes.find(({ record }) => record.id === nameOrId);
  const found = byId ?? view.nodes.find(({ record }) => record.name === nameOrId);
  if (found !== undefined) return found;
  const names = view.nodes.map(({ record }) => record.name).join(', ');
  throw new MusterError('not-found', {
    what: `there is no node ${nameOrId}`,
    why: `the nodes are ${names}`,
    next: 'muster node ls',
  });
}

export type RoleVerb = 'set' | 'forbid' | 'auto';

/** A wish after the operator's word on one role; undefined when nothing is wished any more. */
export function wishAfter(before: Wish | undefined, verb: RoleVerb, role: RoleToPlace): Wish | undefined {
  const others = (roles: readonly RoleToPlace[] = []): RoleToPlace[] => roles.filter((one) => one !== role);
  const set = [...others(before?.set), ...(verb === 'set' ? [role] : [])];
  const forbid = [...others(before?.forbid), ...(verb === 'forbid' ? [role] : [])];
  if (set.length === 0 && forbid.length === 0) return undefined;
  return Wish.parse({ ...(set.length > 0 ? { set } : {}), ...(forbid.length > 0 ? { forbid } : {}) });
}

/** `role set|forbid|auto NODE ROLE`: what the operator wants; the brain acts upon it. */
export function wishRole(snapshot: Snapshot, node: NodeView, verb: RoleVerb, role: RoleToPlace): Change {
  const { id, name } = node.record;
  const wish = wishAfter(decode(snapshot).wishes[id], verb, role);
  const sentence = {
    set: `${name} is to carry ${role}`,
    forbid: `${name} is not to carry ${role}`,
    auto: `whether ${name} carries ${role} is left to muster`,
  }[verb];
  return changeWish(snapshot, id, wish, sentence);
}

/** `node drain|undrain NODE`. Throws `not-allowed` when nobody else would serve. */
export function drainNode(view: View, snapshot: Snapshot, node: NodeView, drained: boolean): Change {
  if (drained) refuseLastServer(view, node);
  const { id, name } = node.record;
  const { drained: _before, ...record } = node.record;
  const after: NodeRecord = drained ? { ...record, drained } : record;
  const key = nodeKey(id);
  return {
    transaction: { conditions: [conditionOn(snapshot, key)], put: { [key]: JSON.stringify(after) } },
    sentences: [drained ? `${name} is drained: it finishes what it has` : `${name} takes requests again`],
  };
}

/** The first half of `node rm`: every role is taken from the node, each as soon as others carry it. */
export function emptyNode(snapshot: Snapshot, node: NodeView): Change {
  const { id, name } = node.record;
  const forbid = roleNames.flatMap((role) => (role === 'node' ? [] : [role]));
  return changeWish(snapshot, id, { forbid }, `${name} is to leave: its roles go to others`);
}

function changeWish(snapshot: Snapshot, id: NodeId, wish: Wish | undefined, sentence: string): Change {
  const key = wishKey(id);
  const conditions = [conditionOn(snapshot, key), conditionOn(snapshot, nodeKey(id))];
  const change = wish === undefined ? { remove: [key] } : { put: { [key]: JSON.stringify(wish) } };
  return { transaction: { conditions, ...change }, sentences: [sentence] };
}

function conditionOn(snapshot: Snapshot, key: string): { key: string; modRevision: number } {
  return { key, modRevision: snapshot.entries[key]?.modRevision ?? 0 };
}

function refuseLastServer(view: View, node: NodeView): void {
  const serves = ({ verdict, facts, record }: NodeView): boolean =>
    (verdict === 'alive' || verdict === 'suspect') &&
    record.drained !== true &&
    facts?.health.web?.state === 'ready';
  const others = present(view).filter((other) => other !== node);
  if (!node.roles.includes('web') || others.some(serves)) return;
  throw new MusterError('not-allowed', {
    what: `${node.record.name} is not drained: nobody else would answer`,
    why: 'no other web server is ready and not drained itself',
    next: 'muster status, then muster node undrain another node or wait until it is ready',
  });
}
