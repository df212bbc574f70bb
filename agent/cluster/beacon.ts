import type { NodeId } from '../../roles/model/node.ts';

/** A node that starts, or lost the others, finds them by their addresses within this, if these are right. */
const patienceMs = 2_000;
/** Between two beacons at first, … */
const pauseMs = 1_000;
/** … for so long; … */
const busyMs = 60_000;
/** … and later, when the others may be off for days. */
const longPauseMs = 5_000;
/** Each of them is heard by every machine of the network. */
const mostAtOnce = 10;

/** A node as the beacon sees it. */
export interface BeaconPeer {
  readonly id: NodeId;
  readonly heard: boolean;
}

export interface BeaconState {
  /** Since when this node and those it hears are not the larger part; undefined while they are. */
  readonly aloneSinceMs?: number | undefined;
  readonly dueMs: number;
  /** How many were asked by the beacons before, which go round. */
  readonly asked: number;
}

export interface BeaconPlan {
  readonly state: BeaconState;
  /** Whom to ask at the address of everyone. */
  readonly ask: readonly NodeId[];
}

/**
 * Whom to look for in the whole network, since nobody knows their addresses. This goes on until more than half of the
 * nodes hear each other: two circles that formed apart would else never meet, while a larger part that misses some
 * needs to call nobody, since whoever is missed looks for it.
 */
export function planBeacon(
  state: BeaconState | undefined,
  peers: readonly BeaconPeer[],
  nowMs: number,
): BeaconPlan {
  const missed = peers.filter(({ heard }) => !heard).map(({ id }) => id);
  const together = peers.length + 1 - missed.length;
  if (together * 2 > peers.length + 1) return { state: { dueMs: nowMs, asked: 0 }, ask: [] };
  const { aloneSinceMs = nowMs, dueMs = nowMs, asked = 0 } = state ?? {};
  const aloneMs = nowMs - aloneSinceMs;
  if (aloneMs < patienceMs || nowMs < dueMs) return { state: { aloneSinceMs, dueMs, asked }, ask: [] };
  const first = asked % missed.length;
  const ask = [...missed.slice(first), ...missed.slice(0, first)].slice(0, mostAtOnce);
  const nextMs = nowMs + (aloneMs < busyMs ? pauseMs : longPauseMs);
  return { state: { aloneSinceMs, dueMs: nextMs, asked: first + ask.length }, ask };
}
