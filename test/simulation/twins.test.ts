import { describe, expect, it } from 'vitest';
import { pick, playing, seededRandom, seeds } from '../support/seeds.ts';
import { SimCluster } from '../support/sim-cluster.ts';
import { calm, type Weather } from '../support/sim-network.ts';
import { ready } from '../support/sketches.ts';

const file = 'test/simulation/twins.test.ts';
const seedCount = 100;
const settleMs = 3_000;
/** To be outlived twice each, to ask, and for the one that goes on to be heard again. */
const decidedMs = 15_000;
const longMs = 10_000;
const rough: Weather = { leastDelayMs: 1, mostDelayMs: 120, loss: 0.1, duplication: 0.1 };

type Start = 'beside the original' | 'in the same second';

/** A node and a copy of its machine, and no word of one to the other; the copy's address is the higher one. */
async function twins(seed: number, start: Start, weather: Weather): Promise<void> {
  const random = seededRandom(seed);
  const cluster = new SimCluster(3 + Math.floor(random.next() * 4), seed);
  await cluster.start();
  await cluster.clock.advance(settleMs);
  cluster.network.weather = weather;
  const original = pick(random, [cluster.node(0), cluster.node(1), cluster.node(2)]);
  if (start === 'in the same second') {
    original.stop('power');
    await cluster.clock.advance(settleMs);
  }
  const copy = cluster.copyOf(original, '10.77.0.200');
  await Promise.all([copy.start(), original.start()]);
  await cluster.clock.advance(settleMs);
  // Nothing stays as it is on a machine, and what one tells the other has not said.
  pick(random, [original, copy]).facts.setRole('web', ready, { applied: 'r1' });
  await cluster.clock.advance(decidedMs);
  expect([original.twin.address(), copy.twin.address()]).toEqual([undefined, original.address]);
  expect([original.runs, copy.runs]).toEqual([true, false]);

  cluster.network.weather = calm;
  await cluster.clock.advance(settleMs);
  const { epoch } = original.life;
  expect(cluster.disagreements()).toEqual([]);
  cluster.invariants.settledFromMs = cluster.clock.monotonicMs();
  await cluster.clock.advance(longMs);
  expect(original.life.epoch, 'nobody flaps').toBe(epoch);
  expect(cluster.invariants.broken).toEqual([]);
  cluster.stop();
}

describe('two machines with one identity', () => {
  it.each(seeds(seedCount))('of which one began later: that one keeps still (seed %i)', (seed) =>
    playing(seed, file, () => twins(seed, 'beside the original', calm)),
  );

  it.each(seeds(seedCount))('that began at once: one of them keeps still (seed %i)', (seed) =>
    playing(seed, file, () => twins(seed, 'in the same second', calm)),
  );

  it.each(seeds(seedCount))('in rough weather: the same (seed %i)', (seed) =>
    playing(seed, file, () => twins(seed, 'beside the original', rough)),
  );
});
