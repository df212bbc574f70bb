import type { Assignment } from '../../roles/model/assignment.ts';
import type { NodeId } from '../../roles/model/node.ts';
import { spreadOf } from '../../roles/model/spread.ts';
import type { NodeView, View } from '../../roles/model/view.ts';
import { vipsOf } from '../../roles/model/vip.ts';
import type { Wish } from '../../roles/model/wish.ts';
import { canShare, mustStay } from './giving-up.ts';
import type { Reason, RoleToPlace } from './reason.ts';

/** A role that can be given, with the sentence that says what it does. */
export interface Placeable {
  readonly role: RoleToPlace;
  readonly summary: string;
}

export interface PlaceInput {
  readonly view: View;
  readonly placeable: readonly Placeable[];
  readonly assignments: Readonly<Record<NodeId, Assignment>>;
  readonly wishes: Readonly<Record<NodeId, Wish>>;
}

/** The nodes to whom a role is given or left, each with the reason. */
export type Carriers = ReadonlyMap<NodeId, Reason>;

/** Who is dead or has left is nobody to give a role to, and nobody who has one. */
export function present(view: View): readonly NodeView[] {
  return view.nodes.filter(({ verdict }) => verdict !== 'dead' && verdict !== 'left');
}

/** One takes over from the other; with two shared addresses each of them has one of its own to stand by. */
const balancers = 2;
const balancersOfTwo = 4;

/** The nodes that carry one role from now on. */
export function carriers(input: PlaceInput, placeable: Placeable): Carriers {
  const { view } = input;
  const { role } = placeable;
  const nodes = present(view);
  const wish = wishOf(input, role);
  const chosen = new Map<NodeId, Reason>();
  const keepers = nodes.filter(({ record, roles }) => roles.includes(role) && wish(record.id) !== 'forbid');
  const wished = nodes.filter(({ record }) => wish(record.id) === 'set');
  const kept = [...keepers, ...wished.filter((node) => !keepers.includes(node))];
  const free = nodes.filter(
    (node) => !kept.includes(node) && wish(node.record.id) === undefined && takesNew(node),
  );
  for (const node of [...kept, ...more(view, role, kept.length, free, nodes.length)]) {
    chosen.set(node.record.id, reasonFor(input, placeable, nodes.length, wish(node.record.id)));
  }
  for (const node of nodes) {
    if (wish(node.record.id) !== 'forbid' || !node.roles.includes(role)) continue;
    const reason = mustStay({ view, node, role, others: kept });
    if (reason !== undefined) chosen.set(node.record.id, reason);
  }
  return chosen;
}

function wishOf({ wishes }: PlaceInput, role: RoleToPlace): (id: NodeId) => 'set' | 'forbid' | undefined {
  return (id) => {
    const { set = [], forbid = [] } = wishes[id] ?? {};
    return set.includes(role) ? 'set' : forbid.includes(role) ? 'forbid' : undefined;
  };
}

/** Nobody is burdened of whom it is not sure that he is there, nor who is to be left in peace. */
function takesNew({ verdict, record }: NodeView): boolean {
  return verdict === 'alive' && record.drained !== true;
}

/** Who is added to those who have it. */
function more(
  view: View,
  role: RoleToPlace,
  have: number,
  free: readonly NodeView[],
  nodes: number,
): readonly NodeView[] {
  if (nodes === 1 || role === 'web') return free;
  const able = role === 'balancer' ? free.filter((node) => canShare(view, node)) : free;
  return able.slice(0, Math.max(0, (wanted(view, role) ?? have) - have));
}

/** How many nodes shall carry a role; undefined where it is nobody's to be spread. */
function wanted(view: View, role: RoleToPlace): number | undefined {
  if (role !== 'balancer') return spreadOf(view, role);
  return vipsOf(view).length === 2 ? balancersOfTwo : balancers;
}

function reasonFor(
  { view }: PlaceInput,
  { role, summary }: Placeable,
  nodes: number,
  wish: 'set' | 'forbid' | undefined,
): Reason {
  const does = `as ${role} it ${summary}`;
  if (wish === 'set') return { short: 'the operator wants it there', why: `the operator wants it; ${does}` };
  if (nodes === 1) {
    return { short: 'it is the only node', why: `the only node carries every role; ${does}` };
  }
  if (role === 'web') {
    return {
      short: 'every node serves it unless told otherwise',
      why: `every node is a web server unless told otherwise; ${does}`,
    };
  }
  const count = wanted(view, role);
  if (count === undefined) return { short: 'it has it already', why: `it has it already; ${does}` };
  const short = reasonOf(role, count);
  return { short, why: `${short}; ${does}` };
}

function reasonOf(role: RoleToPlace, count: number): string {
  if (role === 'balancer') return `${count === balancers ? 'two' : 'four'} balancers stand in for each other`;
  return count === 1 ? `one node is to carry ${role}` : `${String(count)} nodes are to carry ${role}`;
}
