import { describe, expect, it } from 'vitest';
import { apache } from '../../roles/web/service.ts';
import { pick, seededRandom, seeds } from '../support/seeds.ts';
import { SimulatedNode } from '../support/simulated-node.ts';

/** A failing seed is in the test's name; play it again with SEED=n npx vitest run --project simulation. */
const seedCount = 200;

const units = ['haproxy.service', 'apache2.service', 'php8.2-fpm.service'] as const;
const site = '/etc/apache2/sites-enabled/muster-default.conf';

const texts = [
  '/etc/haproxy/haproxy.cfg',
  '/etc/apache2/apache2.conf',
  site,
  '/etc/php/8.2/fpm/pool.d/www.conf',
  '/var/lib/muster/www/default/index.php',
] as const;

/** What can happen to a node, each with its end where it has one. */
const faults = {
  crash: (node: SimulatedNode, unit: string) => node.services.crash(unit),
  edit: (node: SimulatedNode, _unit: string, path: string) => node.files.put(path, 'by another hand\n'),
  delete: (node: SimulatedNode, _unit: string, path: string) => void node.files.files.delete(path),
  chmod: (node: SimulatedNode, _unit: string, path: string) =>
    node.files.put(path, node.files.text(path) ?? '', 0o600),
  refuse: (node: SimulatedNode, _unit: string, path: string) =>
    void node.files.refusals.set(path, 'no space left'),
  relent: (node: SimulatedNode) => node.files.refusals.clear(),
  /** Another hand edits the site and has Apache read it. */
  ruin: (node: SimulatedNode) => {
    node.files.put(site, 'by another hand\n');
    return node.services.restart(apache);
  },
  restart: (node: SimulatedNode) => node.boot(),
} as const;

const faultNames = Object.keys(faults) as [keyof typeof faults, ...(keyof typeof faults)[]];

/** Faults fall within this time … */
const stormMs = 120_000;
/** … and this is what the longest pause between starts (60 s) and its followers may take to heal everything. */
const calmMs = 240_000;

describe('one node, whatever happens to it', () => {
  it.each(seeds(seedCount))('heals once the faults end (seed %i)', async (seed) => {
    const random = seededRandom(seed);
    const node = new SimulatedNode(random);
    await node.boot();
    await node.clock.advance(10_000);
    expect(await node.serves(), 'serves before the storm').toBe(true);

    while (node.clock.monotonicMs() < stormMs) {
      await faults[pick(random, faultNames)](node, pick(random, units), pick(random, texts));
      await node.clock.advance(random.next() * 8_000);
    }
    node.files.refusals.clear();
    await node.clock.advance(calmMs);

    expect(await node.serves(), 'serves after the storm').toBe(true);
    expect(node.readySlots()).toBe(1);
    expect(await node.dryRun(), 'nothing is left to do').toEqual([]);
    node.stop();
  });

  it.each(seeds(seedCount))('never empties a roster that was good (seed %i)', async (seed) => {
    const random = seededRandom(seed);
    const node = new SimulatedNode(random);
    await node.boot();
    await node.clock.advance(10_000);
    for (let round = 0; round < 20; round += 1) {
      await faults[pick<'crash' | 'restart' | 'delete'>(random, ['crash', 'restart', 'delete'])](
        node,
        pick(random, ['apache2.service', 'php8.2-fpm.service']),
        pick(random, texts),
      );
      await node.clock.advance(random.next() * 8_000);
      expect(node.readySlots(), 'HAProxy keeps the server it has').toBe(1);
    }
    node.stop();
  });
});
