import { describe, expect, test } from 'vitest';

import type { NodeStatus } from '../../../agent/api/contract.ts';
import { carriers, disagreement, whole } from '../../lab/harness/agreement.ts';

type Role = NodeStatus['roles'][number];

let spoken = 0;

const role = (name: Role['role'], state: Role['state'] = 'ready'): Role => ({
  role: name,
  state,
  reason: `other words each time: ${(spoken += 1)}`,
});

const node = (name: string, more: Partial<NodeStatus> = {}): NodeStatus => ({
  id: `n${name}`,
  name,
  address: '10.77.0.11',
  self: false,
  verdict: 'alive',
  drained: false,
  roles: [role('web'), role('balancer')],
  ...more,
});

const three = [node('b1'), node('b2'), node('b3', { roles: [role('web')] })];

describe('what nodes say alike', () => {
  const said = (...nodes: ReadonlyArray<readonly NodeStatus[]>): string | undefined =>
    disagreement(nodes.map((one, at) => ({ by: `b${at + 1}`, nodes: one })));

  test('order, reasons, load and who speaks make no difference', () => {
    const other = three.map((one) => ({ ...one, self: one.name === 'b2', load: 0.5 })).toReversed();
    expect(said(three, other, three)).toBeUndefined();
  });

  test.each([
    { what: 'a node more', other: [...three, node('b4')] },
    { what: 'another verdict', other: three.with(0, node('b1', { verdict: 'suspect' })) },
    { what: 'a drained one', other: three.with(0, node('b1', { drained: true })) },
    { what: 'a role less', other: three.with(1, node('b2', { roles: [role('web')] })) },
    {
      what: 'a role that fails',
      other: three.with(1, node('b2', { roles: [role('web', 'failing'), role('balancer')] })),
    },
    { what: 'another address', other: three.with(2, node('b3', { address: '10.77.0.99' })) },
  ])('$what is told by both', ({ other }) => {
    expect(said(three, three, other)).toMatch(/^b1 says "b1, 10.*", b3 says "b/);
  });
});

describe('a whole cluster', () => {
  test.each([
    { what: 'three', nodes: three, count: 3, is: true },
    { what: 'one alone', nodes: [node('b1')], count: 1, is: true },
    { what: 'one missing', nodes: three.slice(1), count: 3, is: false },
    { what: 'one silent', nodes: three.with(0, node('b1', { verdict: 'unmanaged' })), count: 3, is: false },
    {
      what: 'a role that starts',
      nodes: three.with(2, node('b3', { roles: [role('web', 'starting')] })),
      count: 3,
      is: false,
    },
    { what: 'one without a role', nodes: three.with(2, node('b3', { roles: [] })), count: 3, is: false },
    { what: 'three balancers', nodes: three.with(2, node('b3')), count: 3, is: false },
  ])('$what: $is', ({ nodes, count, is }) => {
    expect(whole(count)(nodes)).toBe(is);
  });

  test('who balances', () => {
    expect(carriers(three.toReversed(), 'balancer')).toEqual(['b1', 'b2']);
  });
});
