import { fingerprint } from '../../roles/model/fingerprint.ts';
import type { NodeId } from '../../roles/model/node.ts';

/**
 * Each node is watched by so many others, one on each ring. Two have to agree; six leave two where, of a cluster that
 * loses a third of its nodes at once, one in fifty has lost five.
 */
const ringCount = 6;

/**
 * Up to so many nodes everyone watches everyone, which is as many: six heartbeats four times a second each way is what a
 * node costs from here on, whatever the size. See docs/benchmarks.md, membership.
 */
const mostInCircle = ringCount + 1;

/** Who watches whom: rings on which every node stands at a place drawn by hashing, the same on every node. */
export interface Rings {
  /** Each in the order of its ring; none while everyone watches everyone. */
  readonly rings: readonly (readonly NodeId[])[];
  readonly nodes: readonly NodeId[];
}

/** The rings of these nodes, whatever their order. A newcomer changes the watch of its neighbours alone. */
export function makeRings(nodes: readonly NodeId[]): Rings {
  if (nodes.length <= mostInCircle) return { nodes, rings: [] };
  const rings = Array.from({ length: ringCount }, (_, ring) =>
    nodes
      .map((node) => ({ node, place: fingerprint([ring, node]) }))
      .sort((a, b) => (a.place < b.place ? -1 : 1))
      .map(({ node }) => node),
  );
  return { nodes, rings };
}

/**
 * Who watches a node: on each ring the nearest before it that is up, so that those who fail together leave nobody
 * unwatched.
 */
export function observersOf(
  { nodes, rings }: Rings,
  node: NodeId,
  isUp: (node: NodeId) => boolean,
): ReadonlySet<NodeId> {
  if (rings.length === 0) return everyoneBut(nodes, node);
  return new Set(rings.flatMap((ring) => stretch(ring, node, -1, isUp).at(-1) ?? []).filter(isUp));
}

/** Whom a node watches: on each ring all who follow it, up to and with the first that is up. */
export function subjectsOf(
  { nodes, rings }: Rings,
  node: NodeId,
  isUp: (node: NodeId) => boolean,
): ReadonlySet<NodeId> {
  if (rings.length === 0) return everyoneBut(nodes, node);
  return new Set(rings.flatMap((ring) => stretch(ring, node, 1, isUp)));
}

function everyoneBut(nodes: readonly NodeId[], node: NodeId): ReadonlySet<NodeId> {
  return new Set(nodes.filter((other) => other !== node));
}

/** The nodes after a place (or before it), up to and with the first that is up. */
function stretch(
  ring: readonly NodeId[],
  from: NodeId,
  step: 1 | -1,
  isUp: (node: NodeId) => boolean,
): readonly NodeId[] {
  const { length } = ring;
  const start = ring.indexOf(from);
  const passed: NodeId[] = [];
  for (let away = 1; away < length; away += 1) {
    const node = ring[(start + step * away + length * 2) % length];
    if (node === undefined) break;
    passed.push(node);
    if (isUp(node)) break;
  }
  return passed;
}
