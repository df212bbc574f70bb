import { describe, expect, it } from 'vitest';
import { type Placement, place } from '../../../../coordinator/brain/place.ts';
import type { Assignment } from '../../../../roles/model/assignment.ts';
import type { NodeView, View } from '../../../../roles/model/view.ts';
import type { Wish } from '../../../../roles/model/wish.ts';
import { type NodeSketch, nodeOf, ready, recordOf, viewOf } from '../../../support/sketches.ts';

const placeable = [
  { role: 'web', summary: 'serves' },
  { role: 'balancer', summary: 'balances' },
] as const;

type Wishes = Readonly<Record<number, Wish>>;
type Roles = NodeView['roles'];

const byId = <Value>(all: Readonly<Record<number, Value>>): Record<string, Value> =>
  Object.fromEntries(Object.entries(all).map(([ordinal, value]) => [recordOf(Number(ordinal)).id, value]));

function placed(
  view: View,
  wishes: Wishes = {},
  assignments: Readonly<Record<string, Assignment>> = {},
): readonly Placement[] {
  return place({ view, placeable, wishes: byId(wishes), assignments });
}

/** Who carries what after the decisions: `b1 web balancer`. */
function after(view: View, wishes: Wishes = {}): string[] {
  const changes = placed(view, wishes);
  return view.nodes.map((node) => {
    const change = changes.find((placement) => placement.node === node.record.id);
    return [node.record.name, ...(change?.assignment.roles ?? node.roles)].join(' ');
  });
}

const health = { web: ready, balancer: ready };
const both: Roles = ['web', 'balancer'];
const node = (ordinal: number, roles: Roles, more: Partial<NodeSketch> = {}): NodeSketch => ({
  health,
  ...more,
  ordinal,
  roles,
});

describe('the only node', () => {
  it('carries every role, each with its reason', () => {
    expect(placed(viewOf(node(1, [])))).toEqual([
      {
        node: recordOf(1).id,
        assignment: {
          roles: ['web', 'balancer'],
          why: {
            balancer: 'the only node carries every role; as balancer it balances',
            web: 'the only node carries every role; as web it serves',
          },
        },
        sentences: ['b1 is given web and balancer: it is the only node'],
      },
    ]);
  });

  it('is left alone once it has them, whatever the reason it was given', () => {
    expect(placed(viewOf(node(1, ['balancer', 'web'])))).toEqual([]);
  });
});

describe('several nodes', () => {
  const three = [node(1, both), node(2, both), node(3, ['web'])];
  const cases: readonly {
    what: string;
    nodes: readonly NodeSketch[];
    wishes?: Wishes;
    roles: readonly string[];
  }[] = [
    {
      what: 'the second is a web server and a balancer',
      nodes: [node(1, both), node(2, [])],
      roles: ['b1 web balancer', 'b2 web balancer'],
    },
    {
      what: 'the third is a web server alone',
      nodes: [node(1, both), node(2, both), node(3, [])],
      roles: ['b1 web balancer', 'b2 web balancer', 'b3 web'],
    },
    {
      what: 'a newcomer without a word is given its roles too',
      nodes: [node(1, both), node(2, [], { silent: true })],
      roles: ['b1 web balancer', 'b2 web balancer'],
    },
    {
      what: 'who is not sure to be there gets nothing new',
      nodes: [node(1, both), node(2, [], { verdict: 'unmanaged' }), node(3, [], { verdict: 'suspect' })],
      roles: ['b1 web balancer', 'b2', 'b3'],
    },
    {
      what: 'who is unreachable keeps what it has, and is not replaced',
      nodes: [node(1, both), node(2, both, { verdict: 'unreachable' }), node(3, ['web'])],
      roles: ['b1 web balancer', 'b2 web balancer', 'b3 web'],
    },
    {
      what: 'who is dead is replaced',
      nodes: [node(1, both), node(2, both, { verdict: 'dead' }), node(3, ['web'])],
      roles: ['b1 web balancer', 'b2 web balancer', 'b3 web balancer'],
    },
    {
      what: 'more balancers than needed stay',
      nodes: [node(1, both), node(2, both), node(3, both)],
      roles: ['b1 web balancer', 'b2 web balancer', 'b3 web balancer'],
    },
    {
      what: 'a wish adds a role',
      nodes: three,
      wishes: { 3: { set: ['balancer'] } },
      roles: ['b1 web balancer', 'b2 web balancer', 'b3 web balancer'],
    },
    {
      what: 'a forbidden role leaves while others carry it',
      nodes: three,
      wishes: { 3: { forbid: ['web'] } },
      roles: ['b1 web balancer', 'b2 web balancer', 'b3'],
    },
    {
      what: 'its place is taken by the next',
      nodes: three,
      wishes: { 2: { forbid: ['balancer'] } },
      roles: ['b1 web balancer', 'b2 web', 'b3 web balancer'],
    },
    {
      what: 'a forbidden role stays until another is ready',
      nodes: [node(1, both), node(2, ['web'], { health: { web: ready } })],
      wishes: { 1: { forbid: ['balancer'] } },
      roles: ['b1 web balancer', 'b2 web balancer'],
    },
    {
      what: 'and leaves then',
      nodes: [node(1, both), node(2, both)],
      wishes: { 1: { forbid: ['balancer'] } },
      roles: ['b1 web', 'b2 web balancer'],
    },
    {
      what: 'a forbidden role stays while the only other is drained',
      nodes: [node(1, both), node(2, both, { drained: true })],
      wishes: { 1: { forbid: ['web'] } },
      roles: ['b1 web balancer', 'b2 web balancer'],
    },
    {
      what: 'a role that everybody is forbidden stays where it is',
      nodes: [node(1, both), node(2, ['web'])],
      wishes: { 1: { forbid: ['balancer'] }, 2: { forbid: ['balancer'] } },
      roles: ['b1 web balancer', 'b2 web'],
    },
    {
      what: 'a role that is none of ours is left alone',
      nodes: [node(1, ['web', 'balancer', 'db']), node(2, [])],
      roles: ['b1 web balancer db', 'b2 web balancer'],
    },
  ];
  it.each(cases)('$what', ({ nodes, wishes, roles }) => {
    expect(after(viewOf(...nodes), wishes)).toEqual(roles);
  });

  it('gives a drained node nothing new', () => {
    const view = viewOf(node(1, both), node(2, []));
    const nodes = view.nodes.map((one, index) =>
      index === 1 ? { ...one, record: { ...one.record, drained: true } } : one,
    );
    expect(after({ ...view, nodes })).toEqual(['b1 web balancer', 'b2']);
  });
});

describe('with a shared address', () => {
  const near = (ordinal: number): Partial<NodeSketch> => ({
    hardware: { interfaces: [{ name: 'eth0', address: recordOf(ordinal).address, prefix: 24 }] },
  });
  const view = (vip: unknown, ...nodes: readonly NodeSketch[]): View => ({
    ...viewOf(...nodes),
    settings: { cluster: { vip } },
  });

  it('only who can hold it is made a balancer', () => {
    const nodes = [node(1, both, near(1)), node(2, []), node(3, [], near(3))];
    expect(after(view('10.77.0.100', ...nodes))).toEqual(['b1 web balancer', 'b2 web', 'b3 web balancer']);
  });

  it('a newcomer is judged once its facts are there', () => {
    const nodes = [node(1, both, near(1)), node(2, [], { silent: true })];
    expect(after(view('10.77.0.100', ...nodes))).toEqual(['b1 web balancer', 'b2 web']);
  });

  it('two addresses take four balancers', () => {
    const nodes = [1, 2, 3, 4, 5].map((ordinal) => node(ordinal, [], near(ordinal)));
    const carry = after(view(['10.77.0.100', '10.77.0.101'], ...nodes));
    expect(carry.filter((line) => line.includes('balancer'))).toHaveLength(4);
  });
});

describe('what is told', () => {
  it('names what was given and taken, with the reason', () => {
    const view = viewOf(node(1, both), node(2, both), node(3, []));
    const sentences = placed(view, { 2: { forbid: ['balancer'] } }).flatMap((change) => change.sentences);
    expect(sentences).toEqual([
      'b2 gives up balancer: the operator forbids it, and others carry it',
      'b3 is given web: every node serves it unless told otherwise',
      'b3 is given balancer: two balancers stand in for each other',
    ]);
  });

  it('is nothing where only a reason has become another, and nothing is decided twice', () => {
    const view = viewOf(node(1, both), node(2, both));
    const first = placed(view);
    expect(first.map(({ sentences }) => sentences)).toEqual([[], []]);
    const assignments = Object.fromEntries(first.map((change) => [change.node, change.assignment]));
    expect(placed(view, {}, assignments)).toEqual([]);
  });

  it('says of a forbidden role why it is still there', () => {
    const [change] = placed(viewOf(node(1, both), node(2, ['web'])), { 1: { forbid: ['balancer'] } });
    expect(change?.assignment.why.balancer).toBe(
      'the operator forbids it, but nobody else is ready to carry it yet',
    );
  });
});

it('arrives at an end: what it decides it does not decide again', () => {
  const views = [1, 2, 3, 4, 5].map((count) =>
    viewOf(...Array.from({ length: count }, (_, index) => node(index + 1, []))),
  );
  for (const view of views) {
    const changes = placed(view);
    const assignments = Object.fromEntries(changes.map((change) => [change.node, change.assignment]));
    const nodes = view.nodes.map(({ record }) =>
      nodeOf({ ...node(record.ordinal, assignments[record.id]?.roles ?? []) }),
    );
    expect(placed({ ...view, nodes }, {}, assignments)).toEqual([]);
  }
});

describe('roles with a number', () => {
  const spread = [...placeable, { role: 'cache', summary: 'keeps pages' }] as const;
  const all: Roles = ['web', 'balancer', 'cache'];
  const settings = (nodes: number): View['settings'] => ({ cache: { nodes } });
  const carrying = (view: View, wishes: Wishes = {}): string[] => {
    const changes = place({ view, placeable: spread, wishes: byId(wishes), assignments: {} });
    return view.nodes
      .filter((node) => {
        const change = changes.find((placement) => placement.node === node.record.id);
        return (change?.assignment.roles ?? node.roles).includes('cache');
      })
      .map((node) => node.record.name);
  };
  const grown = [node(1, all), node(2, []), node(3, []), node(4, [])];

  it.each([
    { what: 'newcomers carry it until so many do', count: 2, nodes: grown, has: ['b1', 'b2'] },
    { what: 'more where the operator wants more', count: 3, nodes: grown, has: ['b1', 'b2', 'b3'] },
    {
      what: 'none is taken from who has it',
      count: 1,
      nodes: [node(1, all), node(2, all), node(3, [])],
      has: ['b1', 'b2'],
    },
    {
      what: 'a drained node is passed over',
      count: 2,
      nodes: [node(1, all), node(2, [], { drained: true }), node(3, [])],
      has: ['b1', 'b3'],
    },
    {
      what: 'the operator puts it elsewhere',
      count: 2,
      nodes: grown,
      wishes: { 2: { forbid: ['cache' as const] }, 4: { set: ['cache' as const] } },
      has: ['b1', 'b4'],
    },
  ])('$what', ({ count, nodes, wishes, has }) => {
    expect(carrying({ ...viewOf(...nodes), settings: settings(count) }, wishes)).toEqual(has);
  });

  it('tells why', () => {
    const view = { ...viewOf(node(1, all), node(2, ['web', 'balancer'])), settings: settings(2) };
    const [, second] = place({ view, placeable: spread, wishes: {}, assignments: {} });
    expect(second?.assignment.why.cache).toBe('2 nodes are to carry cache; as cache it keeps pages');
  });

  it('a cache may go though nobody else is one', () => {
    const view = { ...viewOf(node(1, all), node(2, ['web', 'balancer'])), settings: settings(1) };
    expect(carrying(view, { 1: { forbid: ['cache'] }, 2: { forbid: ['cache'] } })).toEqual([]);
  });

  it.each([
    { what: 'stays while it is the primary', primary: 1, has: ['b1', 'b2'] },
    { what: 'goes once another is', primary: 2, has: ['b2'] },
  ])('a database $what', ({ primary, has }) => {
    const roles: Roles = ['web', 'db'];
    const dbReady = { health: { ...health, db: ready } };
    const database = { primary: recordOf(primary).id, since: '2026-01-01T00:00:00.000Z', epoch: 3 };
    const view = { ...viewOf(node(1, roles, dbReady), node(2, roles, dbReady)), database };
    const input = { view, placeable: [{ role: 'db', summary: 'keeps rows' } as const], assignments: {} };
    const changes = place({ ...input, wishes: byId<Wish>({ 1: { forbid: ['db'] } }) });
    const carriers = view.nodes.filter((one) => {
      const change = changes.find((placement) => placement.node === one.record.id);
      return (change?.assignment.roles ?? one.roles).includes('db');
    });
    expect(carriers.map((one) => one.record.name)).toEqual(has);
  });
});
