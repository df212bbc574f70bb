import { expect, it } from 'vitest';
import { Search } from '../../../../agent/cluster/search.ts';

/** A node that misses these, in a network with such an address for everyone; what it asks, a line each. */
function searching(everyone?: string): { readonly search: Search; readonly asked: string[] } {
  const asked: string[] = [];
  const search = new Search({
    everyone,
    ask: (node, address) => asked.push(`${node} at ${address}`),
    isHeard: () => false,
  });
  search.setPeers(new Set(['n1', 'n2']));
  return { search, asked };
}

it.each([
  { everyone: '10.77.0.255', asks: ['n1 at 10.77.0.255', 'n2 at 10.77.0.255'] },
  { everyone: undefined, asks: [] },
])('asks in the whole network, where that has an address: $everyone', ({ everyone, asks }) => {
  const { search, asked } = searching(everyone);
  search.tick(0);
  search.tick(2_000);
  expect(asked).toEqual(asks);
});

it('greets everyone at an address each second, until one answers from there', async () => {
  const { search, asked } = searching();
  const answer = search.greet('10.78.0.12', 0);
  for (let nowMs = 0; nowMs < 2_000; nowMs += 250) search.tick(nowMs);
  expect(asked).toHaveLength(4);
  search.heard('n1', '10.78.0.11');
  search.heard('n2', '10.78.0.12');
  expect(await answer).toBe('n2');
  search.tick(2_000);
  expect(asked).toHaveLength(4);
});

it.each([
  { until: 'ten seconds are over', end: (search: Search) => search.tick(10_000) },
  { until: 'the agent ends', end: (search: Search) => search.end() },
])('greets until $until, and then says that nobody answered', async ({ end }) => {
  const { search, asked } = searching();
  const answer = search.greet('10.78.0.12', 0);
  search.tick(9_999);
  end(search);
  expect(await answer).toBeUndefined();
  expect(asked).toHaveLength(2);
});
