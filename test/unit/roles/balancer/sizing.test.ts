import { describe, expect, it } from 'vitest';
import { BalancerSettings } from '../../../../roles/balancer/settings.ts';
import { connections, threadsOf } from '../../../../roles/balancer/sizing.ts';

describe('connections of a balancer', () => {
  it.each([
    { maxConnections: 'auto', openFiles: 524_288, connections: 10_000 },
    { maxConnections: 'auto', openFiles: 20_000, connections: 9_900 },
    { maxConnections: 'auto', openFiles: 256, connections: 100 },
    { maxConnections: 500, openFiles: 524_288, connections: 500 },
    { maxConnections: 1_000_000, openFiles: 524_288, connections: 262_044 },
  ])('$maxConnections wished for, $openFiles open files: $connections', ({ openFiles, ...rest }) => {
    const settings = BalancerSettings.parse({ maxConnections: rest.maxConnections });
    expect(connections(settings, openFiles)).toBe(rest.connections);
  });
});

it.each([
  { cores: 1, limited: false, threads: 1 },
  { cores: 1, limited: true, threads: 2 },
  { cores: 3.5, limited: true, threads: 5 },
])('$cores cores (limited: $limited) make $threads threads', ({ threads, ...hardware }) => {
  expect(threadsOf(hardware)).toBe(threads);
});
