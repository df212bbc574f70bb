import { expect } from 'vitest';
import type { SimCluster } from './sim-cluster.ts';
import { calm, type Weather } from './sim-network.ts';
import type { SimNode } from './sim-node.ts';
import { strangersRequests, strangersWords } from './sim-stranger.ts';
import { ready } from './sketches.ts';

const dayMs = 86_400_000;

const rough: Weather = { leastDelayMs: 1, mostDelayMs: 120, loss: 0.1, duplication: 0.1 };

/** Something that happens to a cluster. */
type Fault = (cluster: SimCluster, a: number, b: number) => void | Promise<void>;

function cutOff(cluster: SimCluster, group: readonly SimNode[]): void {
  for (const one of group) {
    for (const other of cluster.nodes) {
      if (group.includes(other)) continue;
      cluster.network.cut(one.id, other.id);
      cluster.network.cut(other.id, one.id);
    }
  }
}

/** What can happen to a cluster; a node is named by its index. */
export const faults: Readonly<Record<string, Fault>> = {
  rough: ({ network }) => {
    network.weather = rough;
  },
  calm: ({ network }) => {
    network.weather = calm;
  },
  'cut off': (cluster, a) => cutOff(cluster, [cluster.node(a)]),
  'cut in two': (cluster, a) => cutOff(cluster, cluster.nodes.slice(0, a)),
  'cut one way': (cluster, a, b) => cluster.network.cut(cluster.node(a).id, cluster.node(b).id),
  mend: ({ network }) => network.mendAll(),
  pause: (cluster, a) => cluster.node(a).pause(),
  resume: (cluster, a) => cluster.node(a).resume(),
  'power off': (cluster, a) => cluster.node(a).stop('power'),
  'agent ends': (cluster, a) => cluster.node(a).stop('agent'),
  start: (cluster, a) => cluster.node(a).start(),
  removed: (cluster, a, b) => {
    const [node, teller] = [cluster.node(a), cluster.node(b)];
    const is = (other: SimNode): boolean => cluster.isRemoved(other);
    const can = teller.runs && !cluster.network.isPaused(teller.id) && !is(teller) && !is(node);
    const enough = cluster.decisions.latest.members.length > 2;
    if (can && enough && a !== 0 && a !== b) cluster.remove(node, teller);
  },
  'a stranger speaks': (cluster, a) => {
    const posed = cluster.node(a);
    for (const node of cluster.running()) {
      if (node === posed) continue;
      for (const word of strangersWords(posed)) expect(node.listensTo(word), word.kind).toBe(false);
      for (const request of strangersRequests(posed)) node.isAsked(posed.id, request);
    }
  },
  'disk lost': (cluster, a) => {
    cluster.node(a).stop('power');
    cluster.node(a).loseDisk();
  },
  'clock jumps': (cluster, a, b) => {
    cluster.node(a).skewMs = (b - a) * dayMs;
  },
  // To an address that no other one ever has.
  moves: (cluster, a, b) => cluster.node(a).moveTo(`10.77.0.${100 + 5 * a + (b % 5)}`),
  'facts change': (cluster, a, b) => cluster.node(a).facts.setRole('web', ready, { applied: `r${b}` }),
};

export const faultNames = Object.keys(faults) as [string, ...string[]];
