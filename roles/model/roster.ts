import { servesCurrent } from './application-facts.ts';
import { fingerprint } from './fingerprint.ts';
import type { NodeId, RoleName } from './node.ts';
import { carriersOf, type NodeView, type View } from './view.ts';

/**
 * `ready`: takes traffic. `drain`: finishes what it has. `out`: gets none (not yet proved, unreachable, dead, left).
 */
export type EndpointState = 'ready' | 'drain' | 'out';

export interface Endpoint {
  readonly node: NodeId;
  readonly ordinal: number;
  readonly address: string;
  /** 1-256, relative to the strongest node of the tier. */
  readonly weight: number;
  readonly state: EndpointState;
}

/** The endpoints of one tier, derived from a view. */
export interface Roster {
  readonly role: RoleName;
  /**
   * Hash of the endpoints: two nodes with the same revision send traffic to the same places. A suspicion, which is one
   * observer's and lasts a second, does not show in it.
   */
  readonly revision: string;
  readonly endpoints: readonly Endpoint[];
}

/** HAProxy's own scale ends at 256; 100 leaves room above for hand-set preference. */
const fullWeight = 100;

/** How an endpoint stands where the roster is carried out now. */
export interface InForce {
  readonly state: EndpointState;
  readonly weight: number;
}

/**
 * Derives the roster of a tier. A node enters once it has proved its health (`ready`); one that fails later is left
 * in, since the balancer's own check sees it sooner than facts travel, and an empty roster helps nobody. `before` tells
 * the state now in force, which stays where nothing newer is known.
 */
export function rosterOf(
  view: View,
  role: RoleName,
  before: (node: NodeView) => InForce | undefined = () => undefined,
): Roster {
  const carriers = carriersOf(view, role);
  const strongest = Math.max(1, ...carriers.map(strength));
  // Weights are relative: while one is a guess, all stay as they are.
  const guessed = carriers.some(({ facts }) => facts === undefined);
  const nominal = carriers.map((node): Endpoint => {
    return {
      node: node.record.id,
      ordinal: node.record.ordinal,
      address: node.record.address,
      weight: (guessed ? weightOf(before(node)) : undefined) ?? relative(strength(node), strongest),
      state: stateOf(view, node, role, before(node)?.state),
    };
  });
  const endpoints = nominal.map((endpoint, index) =>
    carriers[index]?.verdict === 'suspect' ? { ...endpoint, weight: halved(endpoint.weight) } : endpoint,
  );
  return { role, endpoints, revision: fingerprint(nominal) };
}

function stateOf(
  view: View,
  node: NodeView,
  role: RoleName,
  before: EndpointState | undefined,
): EndpointState {
  if (!takesPart(view, node, role, before)) return 'out';
  return node.record.drained === true ? 'drain' : 'ready';
}

/**
 * An unmanaged node stays as it was: what its agent said last is old, and it gets nothing new. A web server enters, and
 * stays while nobody manages it, only with the releases that count now: no visitor is to meet another. Of one that has
 * said nothing yet the state in force tells: it was out if it had another.
 */
function takesPart(view: View, node: NodeView, role: RoleName, before: EndpointState | undefined): boolean {
  const { verdict, facts } = node;
  if (verdict === 'unreachable' || verdict === 'dead' || verdict === 'left') return false;
  const wasIn = before === undefined ? undefined : before !== 'out';
  const current = role !== 'web' || servesCurrent(view, node);
  const outdated = !current && facts?.details?.web !== undefined;
  const proved = facts?.health[role]?.state === 'ready' && current;
  return verdict === 'unmanaged' ? (wasIn ?? proved) && !outdated : proved || wasIn === true;
}

/** A weight of 0 is how a file says "drained". */
function weightOf(inForce: InForce | undefined): number | undefined {
  return inForce === undefined || inForce.weight === 0 ? undefined : inForce.weight;
}

function relative(own: number, strongest: number): number {
  return Math.max(1, Math.round((fullWeight * own) / strongest));
}

function halved(weight: number): number {
  return Math.max(1, Math.round(weight / 2));
}

/** Cores say how much work a web or cache node takes; unknown hardware counts as one core. */
function strength(node: NodeView): number {
  return node.facts?.hardware.cores ?? 1;
}
