import type { NodeId } from '../../roles/model/node.ts';
import type { Random } from '../../roles/model/ports.ts';

/** Connections a node wants. Measured: with about 6 everyone hears a broadcast after few hops, at a steady cost. */
const wantedConnections = 6;
/** Above this a node closes what it dialled itself, one at a time. */
const mostConnections = wantedConnections + 4;
/** Between dials to the same node: it is heard, so a dial may well do now … */
const retryHeardMs = 1_000;
/** … and it is silent: doubled with every failure, from this … */
const retrySilentMs = 1_000;
/** … up to this, so that a node which comes back with a broken clock or network is found soon. */
const mostRetryMs = 8_000;
const retryJitter = 0.25;
/**
 * One more node now and then, though there are enough: two circles that know nothing of each other meet. Soon after a
 * start, and after somebody is back, when there may well be two; …
 */
const leastWanderMs = 2_000;
/** … later half as often each time, down to this. */
const mostWanderMs = 30_000;
/** The smaller id dials. The larger one does too when it has been without connection for this long. */
const lonelyMs = 2_000;

/** One admitted node as the overlay sees it. */
export interface OverlayPeer {
  readonly id: NodeId;
  readonly connected: boolean;
  /** A dial is under way, which may come to nothing. */
  readonly dialling: boolean;
  /** Its heartbeats arrive. */
  readonly heard: boolean;
}

interface DialRecord {
  readonly failures: number;
  readonly lastMs: number;
  /** Between 1 - jitter and 1 + jitter: nodes that fail together are not redialled together. */
  readonly stretch: number;
}

export interface OverlayState {
  readonly dials: ReadonlyMap<NodeId, DialRecord>;
  /** When the next dial beyond the wanted number is due, and the pause before it. */
  readonly wanderAtMs: number;
  readonly wanderMs: number;
  /** Since when there were fewer connections than half of the wanted; undefined while there are enough. */
  readonly lonelySinceMs?: number | undefined;
}

export interface OverlayPlan {
  readonly state: OverlayState;
  readonly dial: readonly NodeId[];
  readonly close: readonly NodeId[];
}

export function startOverlay(nowMs: number): OverlayState {
  return { dials: new Map(), wanderAtMs: nowMs + leastWanderMs, wanderMs: leastWanderMs };
}

/** Somebody is back, perhaps with half of the cluster, which has connections enough of its own. */
export function stirred(state: OverlayState, nowMs: number): OverlayState {
  const wanderAtMs = Math.min(state.wanderAtMs, nowMs + leastWanderMs);
  return { ...state, wanderAtMs, wanderMs: leastWanderMs };
}

/**
 * Whom to dial now, and whom to let go. Of two nodes the one with the smaller id dials, so that a pair has one
 * connection; a node that is left alone for a while dials everyone.
 */
export function planOverlay(
  state: OverlayState,
  self: NodeId,
  peers: readonly OverlayPeer[],
  nowMs: number,
  random: Random,
): OverlayPlan {
  const connected = peers.filter((peer) => peer.connected).length;
  const open = connected + peers.filter(({ dialling }) => dialling).length;
  const lonely = connected < Math.min(wantedConnections, peers.length) / 2;
  const lonelySinceMs = lonely ? (state.lonelySinceMs ?? nowMs) : undefined;
  const dialsAll = lonelySinceMs !== undefined && nowMs - lonelySinceMs >= lonelyMs;
  const due = peers.filter(
    (peer) =>
      !peer.connected &&
      !peer.dialling &&
      (dialsAll || self < peer.id) &&
      isDue(state.dials.get(peer.id), peer.heard, nowMs),
  );
  const wanders = nowMs >= state.wanderAtMs;
  const count = Math.max(0, Math.min(wantedConnections, peers.length) - open) + (wanders ? 1 : 0);
  const dial = chosen(due, count, random);
  const wanderMs = wanders ? Math.min(mostWanderMs, 2 * state.wanderMs) : state.wanderMs;
  const wanderAtMs = wanders ? nowMs + wanderMs * (1 + retryJitter * random.next()) : state.wanderAtMs;
  const mine = peers.filter((peer) => peer.connected && self < peer.id).map(({ id }) => id);
  return {
    state: {
      dials: withDials(dialsOf(state, peers), dial, nowMs, random),
      wanderAtMs,
      wanderMs,
      lonelySinceMs,
    },
    dial: dial.map(({ id }) => id),
    close: open > mostConnections ? mine.slice(Math.floor(random.next() * mine.length)).slice(0, 1) : [],
  };
}

/** What came of a dial. */
export function dialled(state: OverlayState, node: NodeId, connected: boolean): OverlayState {
  const dials = new Map(state.dials);
  const record = dials.get(node);
  if (connected || record === undefined) dials.delete(node);
  else dials.set(node, { ...record, failures: record.failures + 1 });
  return { ...state, dials };
}

/** Those that are heard first, otherwise by lot. */
function chosen(due: readonly OverlayPeer[], count: number, random: Random): readonly OverlayPeer[] {
  return due
    .map((peer) => ({ peer, rank: random.next() + (peer.heard ? 0 : 1) }))
    .sort((a, b) => a.rank - b.rank)
    .slice(0, count)
    .map(({ peer }) => peer);
}

function isDue(record: DialRecord | undefined, heard: boolean, nowMs: number): boolean {
  if (record === undefined) return true;
  const { failures, lastMs, stretch } = record;
  const pauseMs = heard ? retryHeardMs : Math.min(mostRetryMs, retrySilentMs * 2 ** (failures - 1));
  return nowMs - lastMs >= pauseMs * stretch;
}

/** Whoever is no peer any more is forgotten. */
function dialsOf({ dials }: OverlayState, peers: readonly OverlayPeer[]): ReadonlyMap<NodeId, DialRecord> {
  if (dials.size <= peers.length) return dials;
  const ids = new Set(peers.map(({ id }) => id));
  return new Map([...dials].filter(([id]) => ids.has(id)));
}

/** None of these is dialled again for a while. */
function withDials(
  before: ReadonlyMap<NodeId, DialRecord>,
  dial: readonly OverlayPeer[],
  nowMs: number,
  random: Random,
): ReadonlyMap<NodeId, DialRecord> {
  const dials = new Map(before);
  for (const { id, heard } of dial) {
    const failures = heard ? 0 : (before.get(id)?.failures ?? 0);
    const stretch = 1 + retryJitter * (2 * random.next() - 1);
    dials.set(id, { failures, lastMs: nowMs, stretch });
  }
  return dials;
}
