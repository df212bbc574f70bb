import { describe, expect, it } from 'vitest';
import { OwnFacts } from '../../../../agent/cluster/own-facts.ts';
import { makeView } from '../../../../agent/view/make-view.ts';
import { ready, recordOf, smallHardware, starting } from '../../../support/sketches.ts';

const [one, two] = [recordOf(1), recordOf(2)];
const input = {
  self: one.id,
  address: one.address,
  cluster: { id: 'c1', name: 'muster', generation: 1 },
  revision: 3,
  settings: {},
  nodes: [two, one],
  assignments: { [one.id]: { roles: ['web' as const], why: {} } },
  facts: {},
  verdicts: { [two.id]: 'unreachable' as const },
};

describe('a view', () => {
  it('has the nodes in order, each with its roles and verdict', () => {
    expect(makeView(input)?.nodes).toEqual([
      { record: one, roles: ['web'], verdict: 'alive' },
      { record: two, roles: [], verdict: 'unreachable' },
    ]);
  });

  it('has a node where the node itself says that it is', () => {
    const facts = { [two.id]: new OwnFacts(two.id, { ...smallHardware, address: '10.77.0.99' }).current() };
    const seen = makeView({ ...input, address: '10.77.0.98', facts });
    expect(seen?.nodes.map(({ record }) => record.address)).toEqual(['10.77.0.98', '10.77.0.99']);
  });

  it('is not there while the decisions do not know this node', () => {
    expect(makeView({ ...input, nodes: [two] })).toBeUndefined();
  });
});

describe("a node's own facts", () => {
  function facts(): { facts: OwnFacts; changes: () => number } {
    const own = new OwnFacts(one.id, smallHardware);
    let count = 0;
    own.onChange(() => {
      count += 1;
    });
    return { facts: own, changes: () => count };
  }

  it('count every change and tell it', () => {
    const { facts: own, changes } = facts();
    own.setRole('web', starting, { applied: 'r1' });
    own.setRole('web', starting, { applied: 'r1' });
    own.setRole('web', ready, { applied: 'r1' });
    expect([changes(), own.current().sequence]).toEqual([2, 2]);
    expect(own.current().health).toEqual({ web: ready });
  });

  it('tell nobody of a load that moves, since no plan hangs on it', () => {
    const { facts: own, changes } = facts();
    own.setLoad(0.51);
    own.setLoad(0.52);
    expect([changes(), own.current().load, own.current().sequence]).toEqual([0, 0.5, 1]);
  });

  it('forget a role that was taken away', () => {
    const { facts: own } = facts();
    own.setRole('web', ready, { applied: 'r1' });
    own.setRole('node', ready, { applied: 'r2' });
    own.keepRoles(['node']);
    expect([own.current().health, own.current().applied]).toEqual([{ node: ready }, { node: 'r2' }]);
  });

  it('keep what was told of a role until something else is, and nothing where nobody told a word', () => {
    const { facts: own } = facts();
    own.setRole('web', ready, { applied: 'r1', details: {} });
    expect(own.current().details).toBeUndefined();
    own.setRole('db', ready, { applied: 'r1', details: { serves: 'replica' } });
    own.setRole('db', ready);
    expect(own.current().details).toEqual({ db: { serves: 'replica' } });
    own.setRole('db', ready, { details: {} });
    expect(own.current().details).toEqual({});
  });
});
