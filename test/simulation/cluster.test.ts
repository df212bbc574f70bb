import { describe, expect, it } from 'vitest';
import type { Random } from '../../roles/model/ports.ts';
import { pick, playing, seededRandom, seeds } from '../support/seeds.ts';
import { SimCluster } from '../support/sim-cluster.ts';
import { faultNames, faults } from '../support/sim-faults.ts';
import { SimLeader } from '../support/sim-leader.ts';
import { calm } from '../support/sim-network.ts';
import type { SimNode } from '../support/sim-node.ts';
import type { Overheard } from '../support/sim-transport.ts';

const file = 'test/simulation/cluster.test.ts';
const seedCount = 1000;
/** One of these costs as much as fifty of those. */
const largeSeedCount = 20;
const deathSeedCount = 30;
const largeTimeoutMs = 60_000;

/** Long enough to find each other, and to have started into nobody's silence. */
const settleMs = 3_000;
/** What views may take to be equal, once everything works again. */
const convergeMs = 5_000;
/** So long they stay equal, at every step. */
const calmMs = 1_000;
/** As the leader looks. */
const lookMs = 1_000;
/** A minute of silence, and some. */
const deathMs = 65_000;
/** From a machine's death to its being unreachable to all others. */
const noticeMs = 2_500;

/** All works again. Who is off stays off or not, but for the first. */
async function endFaults(cluster: SimCluster, random: Random): Promise<void> {
  cluster.network.mendAll();
  cluster.network.weather = calm;
  cluster.copiesFetched = 1;
  for (const [index, node] of cluster.nodes.entries()) {
    node.resume();
    if (index === 0 || random.next() < 0.7) await node.start();
  }
  // Whoever told of a removal may be off for good: the store itself is kept by several.
  cluster.node(0).take(cluster.decisions.latest);
}

/** Somebody who listens everywhere sends some of it again, to those it was for. */
function replayed(cluster: SimCluster, random: Random): readonly Overheard[] {
  return cluster.running().flatMap((node) => {
    const all = node.overheard();
    const drawn = Array.from({ length: 5 }, () => all[Math.floor(random.next() * all.length)]);
    return drawn
      .filter((overheard) => overheard !== undefined)
      .filter((overheard) => node.listensTo(overheard));
  });
}

async function startedCluster(
  random: Random,
  seed: number,
  nodes = 3 + Math.floor(random.next() * 5),
): Promise<SimCluster> {
  const cluster = new SimCluster(nodes, seed);
  await cluster.start();
  await cluster.clock.advance(nodes > 10 ? 3 * settleMs : settleMs);
  expect(cluster.disagreements(), 'before the storm').toEqual([]);
  return cluster;
}

/** A storm over a cluster of so many nodes, and a death after it. */
async function weathers(seed: number, nodes?: number): Promise<void> {
  const random = seededRandom(seed);
  const cluster = await startedCluster(random, seed, nodes);
  const any = (): number => Math.floor(random.next() * cluster.nodes.length);
  for (let round = 0; round < 8; round += 1) {
    await faults[pick(random, faultNames)]?.(cluster, any(), any());
    await cluster.clock.advance(random.next() * 1_500);
    expect(replayed(cluster, random), 'what is said again is heard by nobody').toEqual([]);
  }
  const { invariants } = cluster;
  expect(invariants.broken, 'in the storm').toEqual([]);
  await endFaults(cluster, random);
  const withinMs = cluster.nodes.length > 10 ? 2 * convergeMs : convergeMs;
  invariants.settledFromMs = cluster.clock.monotonicMs() + withinMs;
  await cluster.clock.advance(withinMs + calmMs);
  expect(cluster.disagreements(), 'after the storm').toEqual([]);

  const victim = pick(random, cluster.present() as [SimNode, ...SimNode[]]);
  invariants.settledFromMs = cluster.clock.monotonicMs() + noticeMs;
  victim.stop('power');
  await cluster.clock.advance(noticeMs);
  expect(cluster.disagreements(), `after ${victim.id} lost power`).toEqual([]);
  expect(invariants.broken).toEqual([]);
  cluster.stop();
}

describe('a cluster, whatever happens to it', () => {
  it.each(seeds(seedCount))('agrees again once the faults end (seed %i)', (seed) =>
    playing(seed, file, () => weathers(seed)),
  );

  it.each(seeds(largeSeedCount))(
    'of thirty nodes, each watched by a few: the same (seed %i)',
    (seed) => playing(seed, file, () => weathers(seed, 30)),
    largeTimeoutMs,
  );
});

/** Faults so far apart that who is gone is declared dead in between. */
async function weathersDeaths(seed: number): Promise<void> {
  const random = seededRandom(seed);
  const cluster = await startedCluster(random, seed);
  const leader = new SimLeader(cluster);
  const pass = async (ms: number): Promise<void> => {
    for (let leftMs = ms; leftMs > 0; leftMs -= lookMs) {
      await cluster.clock.advance(lookMs);
      leader.look();
    }
  };
  const any = (): number => Math.floor(random.next() * cluster.nodes.length);
  // One of them is gone for long enough, whatever else happens.
  await faults[pick(random, ['power off', 'cut off', 'pause', 'agent ends'])]?.(cluster, 1, 0);
  await pass(deathMs);
  for (let round = 0; round < 3; round += 1) {
    await faults[pick(random, faultNames)]?.(cluster, any(), any());
    await pass(random.next() * deathMs);
  }
  await endFaults(cluster, random);
  await pass(convergeMs);
  cluster.invariants.settledFromMs = cluster.clock.monotonicMs();
  await pass(calmMs);
  expect(cluster.disagreements(), 'after the storm').toEqual([]);
  expect(cluster.invariants.broken).toEqual([]);
  cluster.stop();
}

describe('a cluster whose leader declares deaths', () => {
  it.each(seeds(deathSeedCount))('has nobody dead who lives, once the faults end (seed %i)', (seed) =>
    playing(seed, file, () => weathersDeaths(seed)),
  );
});

describe('a dead node', () => {
  it.each(seeds(10))(
    'is not brought back by recordings of it, not even to those who start anew (seed %i)',
    async (seed) => {
      const random = seededRandom(seed);
      const cluster = await startedCluster(random, seed);
      const [victim, witness] = [cluster.node(0), cluster.node(1)];
      victim.stop('power');
      witness.stop('agent');
      await cluster.clock.advance(1_000);
      await witness.start();
      await cluster.clock.advance(noticeMs);
      const recordings = witness.overheard().filter(({ from }) => from === victim.id);
      expect(recordings.length).toBeGreaterThan(5);
      for (const recording of recordings) {
        expect(witness.listensTo(recording)).toBe(false);
        await cluster.clock.advance(20);
      }
      expect(new Set(cluster.verdictsOn(victim.id))).toEqual(new Set(['unreachable']));
      cluster.stop();
    },
  );
});
