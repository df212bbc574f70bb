import { describe, expect, it } from 'vitest';
import { databaseChanges } from '../../../../coordinator/brain/database.ts';
import { decode, encode } from '../../../../coordinator/store/codec.ts';
import { databaseKey } from '../../../../coordinator/store/keys.ts';
import { MemoryDecisions } from '../../../../coordinator/store/memory.ts';
import type { DatabaseDecision } from '../../../../roles/model/database.ts';
import type { Details } from '../../../../roles/model/facts.ts';
import type { Snapshot } from '../../../../roles/model/ports.ts';
import type { View } from '../../../../roles/model/view.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { type NodeSketch, recordOf, viewOf } from '../../../support/sketches.ts';

const now = new Date('2026-01-01T00:05:00.000Z');
const installed = { 'mariadb-server': '10.11' };

/** A db node that says this of itself. */
interface DbSketch extends Partial<NodeSketch> {
  readonly says?: Details;
  readonly versions?: Readonly<Record<string, string>>;
}

function seen(sketches: readonly DbSketch[]): View {
  const view = viewOf(
    ...sketches.map((sketch, at) => ({ ordinal: at + 1, roles: ['db' as const], ...sketch })),
  );
  const nodes = view.nodes.map((node, at) => {
    const { says, versions = installed } = sketches[at] ?? {};
    if (node.facts === undefined || says === undefined) return node;
    return { ...node, facts: { ...node.facts, versions, details: { db: says } } };
  });
  return { ...view, nodes };
}

async function stored(
  decision?: DatabaseDecision,
): Promise<{ decisions: MemoryDecisions; snapshot: Snapshot }> {
  const decisions = new MemoryDecisions(new FakeClock());
  const put = {
    ...encode({ nodes: [recordOf(1), recordOf(2), recordOf(3)] }),
    ...(decision === undefined ? {} : { [databaseKey]: JSON.stringify(decision) }),
  };
  await decisions.transact({ conditions: [], put });
  return { decisions, snapshot: await decisions.read('/muster/') };
}

async function after(view: View, decision?: DatabaseDecision): Promise<DatabaseDecision | undefined> {
  const { decisions, snapshot } = await stored(decision);
  const [change, ...more] = databaseChanges(view, snapshot, now);
  expect(more).toEqual([]);
  if (change === undefined) return undefined;
  expect((await decisions.transact(change.transaction)).committed).toBe(true);
  expect((await decisions.transact(change.transaction)).committed, 'a second time').toBe(false);
  const { database } = decode(await decisions.read('/muster/'));
  if (database === undefined) return undefined;
  const { epoch: _epoch, ...rest } = database;
  return rest;
}

const nothing = { says: { serves: 'nothing' } };

describe('the first primary', () => {
  it.each<{ when: string; nodes: DbSketch[]; chosen: number | undefined }>([
    { when: 'one node says that it could', nodes: [nothing], chosen: 1 },
    { when: 'several could', nodes: [nothing, nothing], chosen: 1 },
    { when: 'the first has said nothing', nodes: [{}, nothing], chosen: 2 },
    { when: 'the first is not heard', nodes: [{ ...nothing, verdict: 'unreachable' }, nothing], chosen: 2 },
    { when: 'the server is not installed yet', nodes: [{ ...nothing, versions: {} }], chosen: undefined },
    { when: 'nobody carries the role', nodes: [{ ...nothing, roles: ['web'] }], chosen: undefined },
  ])('when $when', async ({ nodes, chosen }) => {
    const wanted =
      chosen === undefined ? undefined : { primary: recordOf(chosen).id, since: now.toISOString() };
    expect(await after(seen(nodes))).toEqual(wanted);
  });

  it('is chosen once', async () => {
    const since = now.toISOString();
    expect(await after(seen([nothing, nothing]), { primary: recordOf(2).id, since })).toBeUndefined();
  });
});

const failing: DbSketch = {
  says: { serves: 'nothing' },
  health: { db: { state: 'failing', reason: 'it has ended' } },
};
const replica = { says: { serves: 'replica', lag: 'ok' } };
const [b1, b2, b3] = [recordOf(1).id, recordOf(2).id, recordOf(3).id];
const longAgo = '2026-01-01T00:00:00.000Z';

describe('the replicas that acknowledge', () => {
  it.each<{ when: string; nodes: DbSketch[]; ackers?: string[]; are: string[] | undefined; since?: string }>([
    { when: 'a replica keeps up', nodes: [{}, replica], are: [b2] },
    { when: 'two do', nodes: [{}, replica, replica], are: [b2, b3] },
    { when: 'three do', nodes: [{}, replica, replica, replica], are: [b2, b3] },
    {
      when: 'a replica is behind',
      nodes: [{}, { says: { serves: 'replica', lag: 'behind' } }],
      are: undefined,
    },
    {
      when: 'one that does falls behind',
      nodes: [{}, { says: { serves: 'replica', lag: 'behind' } }],
      ackers: [b2],
      are: undefined,
    },
    {
      when: 'one of two is away',
      nodes: [{}, { ...replica, verdict: 'unreachable' }, replica],
      ackers: [b2, b3],
      are: undefined,
    },
    {
      when: 'one of two is dead',
      nodes: [{}, { ...replica, verdict: 'dead' }, replica],
      ackers: [b2, b3],
      are: [b3],
    },
    {
      when: 'the only one is away',
      nodes: [{}, { ...replica, verdict: 'unreachable' }],
      ackers: [b2],
      are: [],
    },
    {
      when: 'the only one has stopped following',
      nodes: [{ says: { serves: 'primary', listeners: '0' } }, failing],
      ackers: [b2],
      are: [],
    },
    {
      when: 'the only one is away just after a move',
      nodes: [{}, { ...replica, verdict: 'unreachable' }],
      ackers: [b2],
      since: now.toISOString(),
      are: undefined,
    },
    {
      when: 'the only one is away, and another keeps up',
      nodes: [{}, { ...replica, verdict: 'unreachable' }, replica],
      ackers: [b2],
      are: [b3],
    },
  ])('when $when', async ({ nodes, ackers, are, since = longAgo }) => {
    const decision = { primary: b1, since, ...(ackers === undefined ? {} : { ackers }) };
    expect((await after(seen(nodes), decision))?.ackers).toEqual(are);
  });

  it('stay as they are while the primary is moved', async () => {
    const decision = { primary: b1, since: longAgo, move: { to: b2 } };
    expect(await after(seen([{}, replica, replica]), decision)).toBeUndefined();
  });
});
