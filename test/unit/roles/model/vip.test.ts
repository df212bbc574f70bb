import { describe, expect, it } from 'vitest';
import { sameNetwork } from '../../../../roles/model/ipv4.ts';
import { ClusterSettings } from '../../../../roles/model/settings.ts';
import type { NodeView } from '../../../../roles/model/view.ts';
import { interfaceFor, vipGroup, vipsOf } from '../../../../roles/model/vip.ts';
import { type NodeSketch, nodeOf, viewOf } from '../../../support/sketches.ts';

const vip = { address: '10.77.0.100' };

function at(ordinal: number, address: string, more: Omit<NodeSketch, 'ordinal'> = {}): NodeView {
  const interfaces = [{ name: 'eth0', address, prefix: 24 }];
  return nodeOf({ ...more, ordinal, hardware: { interfaces, ...more.hardware } });
}

describe('the setting', () => {
  it.each([
    { vip: null, means: [] },
    { vip: '10.77.0.100', means: [{ address: '10.77.0.100' }] },
    { vip: '10.77.0.100/24', means: [{ address: '10.77.0.100', prefix: 24 }] },
    { vip: ['10.77.0.100', '10.77.0.101'], means: [{ address: '10.77.0.100' }, { address: '10.77.0.101' }] },
  ])('$vip', ({ vip: wished, means }) => {
    const view = { ...viewOf({ ordinal: 1 }), settings: { cluster: ClusterSettings.parse({ vip: wished }) } };
    expect(vipsOf(view)).toEqual(means);
  });

  it('is none where there are no settings yet', () => {
    expect(vipsOf(viewOf({ ordinal: 1 }))).toEqual([]);
  });

  it.each([
    '10.77.0',
    '10.77.0.300',
    'fd00::1',
    '10.77.0.100/33',
    [],
    ['10.77.0.100', '10.77.0.100/24'],
    ['10.0.0.1', '10.0.0.2', '10.0.0.3'],
  ])('refuses %j', (wished) => {
    expect(ClusterSettings.safeParse({ vip: wished }).success).toBe(false);
  });
});

it.each([
  ['10.77.0.11', '10.77.0.100', 24, true],
  ['10.77.0.11', '10.77.1.100', 24, false],
  ['10.77.0.11', '10.77.1.100', 16, true],
  ['10.77.0.11', '203.0.113.1', 0, true],
  ['10.77.0.11', '10.77.0.12', 32, false],
  ['223.255.255.1', '223.255.255.254', 24, true],
])('%s and %s in one /%i: %s', (one, other, prefix, same) => {
  expect(sameNetwork(one, other, prefix)).toBe(same);
});

describe('the interface for a shared address', () => {
  it.each([
    {
      what: 'the one in its network',
      interfaces: [
        { name: 'eth0', address: '192.168.1.2', prefix: 24 },
        { name: 'eth1', address: '10.77.0.9', prefix: 24 },
      ],
      vip,
      found: { name: 'eth1', address: '10.77.0.9', prefix: 24 },
    },
    {
      what: 'rather the one the node is reached by',
      interfaces: [
        { name: 'eth0', address: '10.77.0.9', prefix: 24 },
        { name: 'eth1', address: '10.77.0.11', prefix: 24 },
      ],
      vip,
      found: { name: 'eth1', address: '10.77.0.11', prefix: 24 },
    },
    {
      what: 'not the shared address itself while it is held',
      interfaces: [{ name: 'eth0', address: '10.77.0.100', prefix: 24 }],
      vip,
      found: undefined,
    },
    {
      what: 'a node whose own address stands alone, by the prefix of the wish',
      interfaces: [{ name: 'ens4', address: '10.77.0.11', prefix: 32 }],
      vip: { ...vip, prefix: 24 },
      found: { name: 'ens4', address: '10.77.0.11', prefix: 32 },
    },
    { what: 'none', interfaces: [], vip, found: undefined },
  ])('$what', ({ interfaces, vip: wished, found }) => {
    expect(interfaceFor(nodeOf({ ordinal: 1, hardware: { interfaces } }), wished)).toEqual(found);
  });
});

describe('the group of a shared address', () => {
  const members = (...nodes: readonly NodeView[]): string[] =>
    vipGroup({ ...viewOf({ ordinal: 1 }), nodes }, vip).map(({ node, address }) => `${node[1]} ${address}`);
  const applied = (node: NodeView, balancer: string): NodeView =>
    node.facts === undefined ? node : { ...node, facts: { ...node.facts, applied: { balancer } } };

  it('is every balancer that can, whatever the others think of it', () => {
    expect(
      members(at(1, '10.77.0.11'), at(2, '10.77.0.12', { verdict: 'unreachable' }), at(3, '10.9.0.13')),
    ).toEqual(['a 10.77.0.11', 'b 10.77.0.12']);
  });

  it('is not for web servers, nor for machines without systemd', () => {
    const web = at(1, '10.77.0.11', { roles: ['web'] });
    expect(members(web, at(2, '10.77.0.12', { hardware: { init: 'none', interfaces: [] } }))).toEqual([]);
  });

  it('keeps a balancer that has not said a word yet', () => {
    expect(members(nodeOf({ ordinal: 1, silent: true }))).toEqual(['a 10.77.0.11']);
  });

  it('keeps one whose interface is gone for the moment, as long as it is in the group itself', () => {
    const gone = nodeOf({ ordinal: 1 });
    expect(members(applied(gone, 'r 10.77.0.11 10.77.0.12'))).toEqual(['a 10.77.0.11']);
    expect(members(applied(gone, 'r'))).toEqual([]);
  });

  it('keeps one whose role was taken until it has stopped', () => {
    const leaving = at(1, '10.77.0.11', { roles: ['web'] });
    expect(members(applied(leaving, 'r 10.77.0.11'))).toEqual(['a 10.77.0.11']);
    expect(members(leaving)).toEqual([]);
  });
});
