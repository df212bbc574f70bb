import { describe, expect, it } from 'vitest';
import type { Change } from '../../../../coordinator/brain/change.ts';
import {
  drainNode,
  emptyNode,
  nodeNamed,
  wishAfter,
  wishRole,
} from '../../../../coordinator/brain/node-verbs.ts';
import { removalOf } from '../../../../coordinator/brain/removal.ts';
import { tidy } from '../../../../coordinator/brain/tidy.ts';
import { decode, encode } from '../../../../coordinator/store/codec.ts';
import { assignmentKey, nodeKey, tombstoneKey, wishKey } from '../../../../coordinator/store/keys.ts';
import { MemoryDecisions } from '../../../../coordinator/store/memory.ts';
import { MusterError } from '../../../../roles/model/errors.ts';
import type { Snapshot } from '../../../../roles/model/ports.ts';
import type { NodeView, View } from '../../../../roles/model/view.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { type NodeSketch, nodeOf, ready, recordOf, starting, viewOf } from '../../../support/sketches.ts';

const web = { web: ready };
const [first, second] = [recordOf(1), recordOf(2)];

async function store(): Promise<{ decisions: MemoryDecisions; snapshot: () => Promise<Snapshot> }> {
  const decisions = new MemoryDecisions(new FakeClock());
  const assignments = { [first.id]: { roles: ['web' as const], why: {} } };
  await decisions.transact({ conditions: [], put: encode({ nodes: [first, second], assignments }) });
  return { decisions, snapshot: () => decisions.read('/muster/') };
}

/** Writes the change, and says whether it was taken. */
async function write(decisions: MemoryDecisions, { transaction }: Change): Promise<boolean> {
  return (await decisions.transact(transaction)).committed;
}

function errorOf(work: () => unknown): MusterError {
  try {
    work();
  } catch (error) {
    if (error instanceof MusterError) return error;
  }
  throw new Error('nothing was refused');
}

describe('a wish', () => {
  it.each([
    { before: undefined, verb: 'set', role: 'web', after: { set: ['web'] } },
    { before: { set: ['web'] }, verb: 'set', role: 'web', after: { set: ['web'] } },
    { before: { set: ['web'] }, verb: 'forbid', role: 'web', after: { forbid: ['web'] } },
    { before: { forbid: ['web'] }, verb: 'set', role: 'web', after: { set: ['web'] } },
    { before: { forbid: ['web'] }, verb: 'auto', role: 'web', after: undefined },
    { before: undefined, verb: 'auto', role: 'web', after: undefined },
    { before: { set: ['db'], forbid: ['web'] }, verb: 'auto', role: 'web', after: { set: ['db'] } },
  ] as const)('$before, then $verb $role: $after', ({ before, verb, role, after }) => {
    const wish = before === undefined ? undefined : structuredClone(before);
    expect(wishAfter(wish as Parameters<typeof wishAfter>[0], verb, role)).toEqual(after);
  });

  it('is written, and goes with its last word', async () => {
    const { decisions, snapshot } = await store();
    const node = nodeOf({ ordinal: 1 });
    const set = wishRole(await snapshot(), node, 'set', 'balancer');
    expect([await write(decisions, set), set.sentences]).toEqual([true, ['b1 is to carry balancer']]);
    expect(decode(await snapshot()).wishes).toEqual({ [first.id]: { set: ['balancer'] } });
    await write(decisions, wishRole(await snapshot(), node, 'auto', 'balancer'));
    expect((await snapshot()).entries[wishKey(first.id)]).toBeUndefined();
  });

  it('is not written for a node that was removed meanwhile', async () => {
    const { decisions, snapshot } = await store();
    const change = wishRole(await snapshot(), nodeOf({ ordinal: 1 }), 'set', 'balancer');
    await decisions.transact({ conditions: [], remove: [nodeKey(first.id)] });
    expect(await write(decisions, change)).toBe(false);
  });
});

describe('drain', () => {
  const view = (other: Partial<NodeSketch>): View =>
    viewOf({ ordinal: 1, health: web }, { health: web, ...other, ordinal: 2 });
  const drained = async (seen: View, node: NodeView, value: boolean): Promise<boolean | undefined> => {
    const { decisions, snapshot } = await store();
    await write(decisions, drainNode(seen, await snapshot(), node, value));
    return decode(await snapshot()).nodes[0]?.drained;
  };

  it('is written into the record, and taken out again', async () => {
    const seen = view({});
    const node = nodeNamed(seen, 'b1');
    expect(await drained(seen, node, true)).toBe(true);
    const after = { ...node, record: { ...node.record, drained: true } };
    expect(await drained(seen, after, false)).toBeUndefined();
  });

  it.each([
    { what: 'not ready', other: { health: { web: starting } } },
    { what: 'unreachable', other: { verdict: 'unreachable' as const } },
    { what: 'no web server', other: { health: {}, roles: ['balancer' as const] } },
  ])('is refused while the other is $what', async ({ other }) => {
    const { snapshot } = await store();
    const seen = view(other);
    const known = await snapshot();
    expect(errorOf(() => drainNode(seen, known, nodeNamed(seen, 'b1'), true)).code).toBe('not-allowed');
  });
});

describe('a node', () => {
  it('is found by its name and its id', () => {
    const view = viewOf({ ordinal: 1 }, { ordinal: 2 });
    expect(nodeNamed(view, 'b2')).toBe(nodeNamed(view, second.id));
    expect(errorOf(() => nodeNamed(view, 'b9')).why).toBe('the nodes are b1, b2');
  });

  it('that is to leave is to carry nothing', async () => {
    const { decisions, snapshot } = await store();
    await write(decisions, emptyNode(await snapshot(), nodeOf({ ordinal: 2 })));
    expect(decode(await snapshot()).wishes[second.id]?.forbid).toHaveLength(5);
  });
});

describe('removal', () => {
  const carrying = (
    applied: Readonly<Record<string, string>>,
    verdict: NodeView['verdict'] = 'alive',
  ): View => {
    const view = viewOf({ ordinal: 1 }, { ordinal: 2, verdict });
    const nodes = view.nodes.map((node) =>
      node.facts === undefined ? node : { ...node, facts: { ...node.facts, applied } },
    );
    return { ...view, nodes };
  };
  const judged = (view: View): unknown => removalOf(view, nodeNamed(view, 'b2'));

  it.each([
    { what: 'who carries nothing any more', view: carrying({ node: 'x' }), ready: true },
    { what: 'who has ended everything', view: carrying({ web: '' }), ready: true },
    { what: 'who still carries a role', view: carrying({ web: 'x', node: 'y' }), ready: false },
    { what: 'who is unreachable', view: carrying({ web: 'x' }, 'unreachable'), ready: true },
    { what: 'who is dead', view: carrying({ web: 'x' }, 'dead'), ready: true },
    {
      what: 'who has not said a word',
      view: viewOf({ ordinal: 1 }, { ordinal: 2, silent: true }),
      ready: false,
    },
  ])('of $what: $ready', ({ view, ready: expected }) => {
    expect(judged(view)).toMatchObject({ ready: expected });
  });

  it.each([
    { what: 'the only node', view: viewOf({ ordinal: 1 }), next: 'muster uninstall' },
    { what: 'the only voter', view: viewOf({ ordinal: 1 }, { ordinal: 2 }), next: 'muster node drain b1' },
  ])('of $what is refused, with the way out', ({ view, next }) => {
    const error = errorOf(() => removalOf(view, nodeNamed(view, 'b1')));
    expect([error.code, error.next.includes(next)]).toEqual(['not-allowed', true]);
  });

  it.each([
    { what: 'there', verdict: 'alive', next: 'muster db switchover' },
    { what: 'gone', verdict: 'dead', next: 'muster db promote NODE' },
  ] as const)('of the primary that is $what is refused', ({ verdict, next }) => {
    const database = { primary: second.id, since: '2026-01-01T00:00:00.000Z', epoch: 1 };
    const error = errorOf(() => judged({ ...carrying({ db: 'x' }, verdict), database }));
    expect([error.code, error.next.startsWith(next)]).toEqual(['not-allowed', true]);
  });

  it('of who serves on without its agent is refused', () => {
    const view = carrying({ web: 'x' }, 'unmanaged');
    expect(errorOf(() => judged(view)).why).toContain('beside another');
  });
});

describe('removal of who holds common files', () => {
  const verdicts = (...all: readonly NodeView['verdict'][]): View =>
    viewOf(...all.map((verdict, index) => ({ ordinal: index + 1, verdict })));
  const holding = (view: View, driver: 'local' | 'gluster', ...ordinals: readonly number[]): View => {
    const bricks = ordinals.map((ordinal) => recordOf(ordinal).id);
    const since = '2026-01-01T00:00:00.000Z';
    const keeper = recordOf(ordinals[0] ?? 1).id;
    return {
      ...view,
      storage: { driver, keeper, bricks: driver === 'local' ? [] : bricks, since, epoch: 1 },
    };
  };

  it.each([
    {
      what: 'a folder of its own',
      view: holding(verdicts('alive', 'alive'), 'local', 2),
      next: 'join machines until three carry storage',
    },
    {
      what: 'the only copy',
      view: holding(verdicts('alive', 'alive'), 'gluster', 2),
      next: 'join machines until three carry storage',
    },
    {
      what: 'the only copy, and is dead',
      view: holding(verdicts('alive', 'dead'), 'gluster', 2),
      next: 'power b2 on',
    },
    {
      what: 'the last of three copies',
      view: holding(verdicts('alive', 'alive', 'dead', 'unreachable'), 'gluster', 2, 3, 4),
      next: 'join machines',
    },
    {
      what: 'one of three copies that are all away',
      view: holding(verdicts('alive', 'dead', 'dead', 'dead'), 'gluster', 2, 3, 4),
      next: 'power b2 on',
    },
  ])('$what: refused, with the way out', ({ view, next }) => {
    const error = errorOf(() => removalOf(view, nodeNamed(view, 'b2')));
    expect([error.code, error.next]).toEqual(['not-allowed', expect.stringContaining(next)]);
  });

  it.each([
    { what: 'none', view: holding(verdicts('alive', 'dead'), 'gluster', 1) },
    { what: 'one of three', view: holding(verdicts('alive', 'dead', 'alive', 'alive'), 'gluster', 2, 3, 4) },
    {
      what: 'one of another group than that which is away',
      view: holding(
        verdicts('alive', 'dead', 'alive', 'alive', 'dead', 'dead', 'dead'),
        'gluster',
        2,
        3,
        4,
        5,
        6,
        7,
      ),
    },
  ])('$what: allowed', ({ view }) => {
    expect(removalOf(view, nodeNamed(view, 'b2'))).toEqual({ ready: true });
  });
});

describe('what is left of a node', () => {
  it('is nothing while it is one', async () => {
    const { snapshot } = await store();
    expect(tidy(await snapshot())).toEqual([]);
  });

  it('is nothing in the first decisions, which no store has counted yet', () => {
    const entries = Object.entries(
      encode({ nodes: [first], assignments: { [first.id]: { roles: [], why: {} } } }),
    );
    const counted = entries.map(([key, value]) => [key, { value, modRevision: 0 }] as const);
    expect(tidy({ revision: 0, entries: Object.fromEntries(counted) })).toEqual([]);
  });

  it('goes with its record', async () => {
    const { decisions, snapshot } = await store();
    await decisions.transact({ conditions: [], remove: [nodeKey(first.id)] });
    for (const change of tidy(await snapshot())) await write(decisions, change);
    expect((await snapshot()).entries[assignmentKey(first.id)]).toBeUndefined();
  });

  it('goes with its tombstone, its record too', async () => {
    const { decisions, snapshot } = await store();
    await decisions.transact({ conditions: [], put: { [tombstoneKey(first.id)]: 'signed' } });
    for (const change of tidy(await snapshot())) await write(decisions, change);
    expect(Object.keys((await snapshot()).entries)).toEqual([nodeKey(second.id), tombstoneKey(first.id)]);
    expect(tidy(await snapshot())).toEqual([]);
  });

  it('stays when the node was admitted in between', async () => {
    const { decisions, snapshot } = await store();
    await decisions.transact({ conditions: [], remove: [nodeKey(first.id)] });
    const [change] = tidy(await snapshot());
    await decisions.transact({ conditions: [], put: encode({ nodes: [first] }) });
    expect(change === undefined ? undefined : await write(decisions, change)).toBe(false);
  });
});
