import { describe, expect, it } from 'vitest';
import type { Random } from '../../roles/model/ports.ts';
import { seededRandom, seeds } from '../support/seeds.ts';
import { SimCluster } from '../support/sim-cluster.ts';
import type { SimNode } from '../support/sim-node.ts';

/** A failing seed is in the test's name; play it again with SEED=n npx vitest run --project simulation. */
const seedCount = 50;
const largeSeedCount = 5;
const largeTimeoutMs = 60_000;

const settleMs = 6_000;
/** Connections of before are given up by then. */
const bootMs = 3_000;
/** A second of patience, a call, and time to tell each other everything. */
const foundMs = 6_000;
/** Longer than anybody has patience for. */
const lonelyMs = 10_000;

const rough = { leastDelayMs: 1, mostDelayMs: 120, loss: 0.2, duplication: 0.1 };

async function settled(count: number, seed: number, beside?: SimCluster): Promise<SimCluster> {
  const cluster = new SimCluster(count, seed, beside);
  await cluster.start();
  await cluster.clock.advance(count > 10 ? 3 * settleMs : settleMs);
  expect(cluster.disagreements(), 'before anybody moves').toEqual([]);
  return cluster;
}

/** All are off at once, and come back one after another, each where `place` says. */
async function restart(
  cluster: SimCluster,
  random: Random,
  place: (index: number) => string,
  how: 'agent' | 'power' = 'power',
): Promise<void> {
  for (const node of cluster.nodes) node.stop(how);
  await cluster.clock.advance(bootMs);
  for (const [index, node] of cluster.nodes.entries()) node.address = place(index);
  for (const node of cluster.nodes) {
    await cluster.clock.advance(random.next() * 500);
    await node.start();
  }
}

const few = (random: Random): number => 2 + Math.floor(random.next() * 6);
const fresh = (index: number): string => `10.77.0.${String(100 + index)}`;

describe('all machines of one network get new addresses at once', () => {
  it.each(seeds(seedCount))('and find each other again (seed %i)', async (seed) => {
    const random = seededRandom(seed);
    const cluster = await settled(few(random), seed);
    await restart(cluster, random, fresh, random.next() < 0.5 ? 'agent' : 'power');
    await cluster.clock.advance(foundMs);
    expect(cluster.disagreements()).toEqual([]);
    cluster.stop();
  });

  it.each(seeds(seedCount))('each that of another of them: the same (seed %i)', async (seed) => {
    const random = seededRandom(seed);
    const cluster = await settled(few(random), seed);
    const before = cluster.nodes.map(({ address }) => address);
    const by = 1 + Math.floor(random.next() * (before.length - 1));
    await restart(cluster, random, (index) => before[(index + by) % before.length] ?? '');
    await cluster.clock.advance(foundMs);
    expect(cluster.disagreements()).toEqual([]);
    cluster.stop();
  });

  it.each(seeds(seedCount))('in rough weather: the same, once it is calm (seed %i)', async (seed) => {
    const random = seededRandom(seed);
    const cluster = await settled(few(random), seed);
    const calm = cluster.network.weather;
    cluster.network.weather = rough;
    await restart(cluster, random, fresh);
    await cluster.clock.advance(foundMs);
    cluster.network.weather = calm;
    await cluster.clock.advance(foundMs);
    expect(cluster.disagreements()).toEqual([]);
    cluster.stop();
  });

  it.each(seeds(largeSeedCount))(
    'thirty of them: the same (seed %i)',
    async (seed) => {
      const random = seededRandom(seed);
      const cluster = await settled(30, seed);
      await restart(cluster, random, fresh);
      await cluster.clock.advance(2 * foundMs);
      expect(cluster.disagreements()).toEqual([]);
      cluster.stop();
    },
    largeTimeoutMs,
  );
});

describe('machines that were moved into two networks', () => {
  it.each(seeds(seedCount))('are two circles, until one is told where another is (seed %i)', async (seed) => {
    const random = seededRandom(seed);
    const cluster = await settled(2 + few(random), seed);
    const here = 1 + Math.floor(random.next() * (cluster.nodes.length - 1));
    await restart(cluster, random, (index) => (index < here ? fresh(index) : `10.88.0.${String(index)}`));
    await cluster.clock.advance(lonelyMs);
    const [one, other] = [cluster.node(0), cluster.node(here)];
    expect(one.membership?.findings()[other.id]).not.toBe('alive');

    const answered = one.membership?.greet(other.address);
    await cluster.clock.advance(1_000);
    expect(await answered).toBe(other.id);
    expect([one.membership?.address(other.id), other.membership?.address(one.id)]).toEqual([
      other.address,
      one.address,
    ]);
    await cluster.clock.advance(foundMs);
    expect(cluster.disagreements()).toEqual([]);
    cluster.stop();
  });
});

describe('machines of another cluster', () => {
  /** All that anybody of a cluster has heard, by who said it. */
  const heardBy = (nodes: readonly SimNode[]): ReadonlySet<string> =>
    new Set(nodes.flatMap((node) => node.overheard().map(({ from }) => from)));

  it.each(seeds(seedCount))('that take the addresses of this one hear nothing (seed %i)', async (seed) => {
    const random = seededRandom(seed);
    const ours = await settled(few(random), seed);
    const theirs = await settled(few(random), seed, ours);
    const before = ours.nodes.map(({ address }) => address);
    await restart(ours, random, fresh);
    await restart(theirs, random, (index) => before[index] ?? `10.77.0.${String(200 + index)}`);
    await ours.clock.advance(foundMs);
    expect([...ours.disagreements(), ...theirs.disagreements()]).toEqual([]);
    for (const { nodes } of [ours, theirs]) {
      expect([...heardBy(nodes)].sort()).toEqual(nodes.map(({ id }) => id).sort());
    }
    const greeted = ours.node(0).membership?.greet(theirs.node(0).address);
    await ours.clock.advance(11_000);
    expect(await greeted).toBeUndefined();
    ours.stop();
    theirs.stop();
  });
});
