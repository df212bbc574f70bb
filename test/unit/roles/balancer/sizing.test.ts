import { describe, expect, it } from 'vitest';
import { BalancerSettings } from '../../../../roles/balancer/settings.ts';
import { connections } from '../../../../roles/balancer/sizing.ts';

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
