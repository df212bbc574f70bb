import { copies, holdersOf } from '../../roles/model/storage.ts';
import type { NodeView, View } from '../../roles/model/view.ts';
import { interfaceFor, vipsOf } from '../../roles/model/vip.ts';
import type { Reason, RoleToPlace } from './reason.ts';

/** A node that the operator wants without a role, and the others that carry it or are to. */
interface GivingUp {
  readonly view: View;
  readonly node: NodeView;
  readonly role: RoleToPlace;
  readonly others: readonly NodeView[];
}

/**
 * Why a node cannot give a role up yet, though the operator forbids it there; undefined once it may. A wish must not
 * take the site down, nor data away.
 */
export function mustStay(giving: GivingUp): Reason | undefined {
  const { view, node, role, others } = giving;
  // Without a cache the balancers ask the web servers themselves.
  if (role === 'cache') return undefined;
  if (role === 'storage') return holdsFiles(view, node);
  if (role === 'db' && view.database?.primary === node.record.id) return isPrimary;
  return others.some((other) => serves(view, other, role)) ? undefined : nobodyElse;
}

/** Whether a node carries a role in fact. */
function serves(view: View, node: NodeView, role: RoleToPlace): boolean {
  const { verdict, facts, record } = node;
  const ready = verdict === 'alive' && record.drained !== true && facts?.health[role]?.state === 'ready';
  return ready && (role !== 'balancer' || canShare(view, node));
}

/** A second balancer that cannot hold the shared address is none; of a newcomer it is not known until its facts come. */
export function canShare(view: View, node: NodeView): boolean {
  const vips = vipsOf(view);
  if (vips.length === 0) return true;
  if (node.facts?.hardware.init !== 'systemd') return false;
  return vips.some((vip) => interfaceFor(node, vip) !== undefined);
}

const nobodyElse: Reason = {
  short: 'nobody else is ready to carry it',
  why: 'the operator forbids it, but nobody else is ready to carry it yet',
};

/** Its copy goes to another node first; the only one goes nowhere by itself. */
function holdsFiles({ storage }: View, { record: { id } }: NodeView): Reason | undefined {
  if (storage === undefined || !holdersOf(storage).includes(id)) return undefined;
  return holdersOf(storage).length < copies ? onlyCopy : oneCopy;
}

const onlyCopy: Reason = {
  short: 'it holds the only copy of the common files',
  why: 'the operator forbids it, but it holds the only copy of the common files; next: join machines until three carry storage',
};

const oneCopy: Reason = {
  short: 'it holds a copy of the common files',
  why: 'the operator forbids it, but it holds one of three copies; it goes once another node takes it: join a machine, or muster role set NODE storage',
};

const isPrimary: Reason = {
  short: 'it is the primary of the database',
  why: 'the operator forbids it, but it is the primary of the database; next: muster db switchover',
};
