import { describe, expect, it } from 'vitest';
import { makeRings, observersOf, subjectsOf } from '../../../../agent/cluster/rings.ts';
import { seededRandom, seeds } from '../../../support/seeds.ts';

const names = (count: number): string[] => Array.from({ length: count }, (_, index) => `n${index}`);
const allUp = (): boolean => true;

describe('who watches whom', () => {
  it.each([1, 2, 3, 7])('everyone everyone, of %i', (count) => {
    const nodes = names(count);
    const rings = makeRings(nodes);
    for (const node of nodes) {
      const others = new Set(nodes.filter((other) => other !== node));
      expect(observersOf(rings, node, () => false)).toEqual(others);
      expect(subjectsOf(rings, node, allUp)).toEqual(others);
    }
  });

  it.each([8, 10, 30, 100, 300])('each a few, and by a few, of %i', (count) => {
    const nodes = names(count);
    const rings = makeRings(nodes);
    const watched = nodes.map((node) => observersOf(rings, node, allUp).size);
    const watching = nodes.map((node) => subjectsOf(rings, node, allUp).size);
    expect(Math.max(...watched, ...watching)).toBeLessThanOrEqual(6);
    expect(Math.min(...watched)).toBeGreaterThanOrEqual(3);
  });

  it('does not depend on the order in which the nodes are known', () => {
    const [one, other] = [makeRings(names(40)), makeRings(names(40).toReversed())];
    for (const node of names(40)) {
      expect(observersOf(other, node, allUp)).toEqual(observersOf(one, node, allUp));
    }
  });

  it.each(seeds(50))(
    'whoever watches a node is who it is watched by, also beside those that are down (seed %i)',
    (seed) => {
      const random = seededRandom(seed);
      const nodes = names(8 + Math.floor(random.next() * 60));
      const down = new Set(nodes.filter(() => random.next() < 0.4));
      const isUp = (node: string): boolean => !down.has(node);
      const rings = makeRings(nodes);
      for (const node of nodes.filter(isUp)) {
        for (const subject of subjectsOf(rings, node, isUp)) {
          expect(observersOf(rings, subject, isUp)).toContain(node);
        }
      }
      for (const subject of nodes) {
        const observers = observersOf(rings, subject, isUp);
        for (const observer of observers) expect(subjectsOf(rings, observer, isUp)).toContain(subject);
        const up = nodes.filter((node) => isUp(node) && node !== subject).length;
        expect(observers.size).toBeGreaterThanOrEqual(Math.min(up, 2));
      }
    },
  );

  it('changes little when one comes', () => {
    const [before, after] = [makeRings(names(100)), makeRings(names(101))];
    const changed = names(100).filter((node) => {
      const [was, is] = [observersOf(before, node, allUp), observersOf(after, node, allUp)];
      return [...is].some((other) => !was.has(other));
    });
    expect(changed.length).toBeLessThanOrEqual(6);
  });
});
