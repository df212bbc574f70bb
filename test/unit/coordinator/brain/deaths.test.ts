import { describe, expect, it } from 'vitest';
import { deaths, type Silence } from '../../../../coordinator/brain/deaths.ts';
import { nodeNamed } from '../../../../coordinator/brain/node-verbs.ts';
import { consequenceOf } from '../../../../coordinator/brain/removal.ts';
import { tidy } from '../../../../coordinator/brain/tidy.ts';
import { decode, encode } from '../../../../coordinator/store/codec.ts';
import { deathKey, nodeKey, tombstoneKey } from '../../../../coordinator/store/keys.ts';
import { MemoryDecisions } from '../../../../coordinator/store/memory.ts';
import type { Snapshot } from '../../../../roles/model/ports.ts';
import type { NodeView } from '../../../../roles/model/view.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { recordOf, viewOf } from '../../../support/sketches.ts';

const [first, second, third] = [recordOf(1), recordOf(2), recordOf(3)];
const view = viewOf({ ordinal: 1 }, { ordinal: 2 }, { ordinal: 3 });
const now = new Date('2026-01-01T00:05:00.000Z');

/** Three nodes, and those of them that were declared dead before. */
async function store(
  ...dead: readonly string[]
): Promise<{ decisions: MemoryDecisions; snapshot: Snapshot }> {
  const decisions = new MemoryDecisions(new FakeClock());
  const gone = dead.map((id) => [deathKey(id), JSON.stringify({ at: now.toISOString() })] as const);
  const put = { ...encode({ nodes: [first, second, third] }), ...Object.fromEntries(gone) };
  await decisions.transact({ conditions: [], put });
  return { decisions, snapshot: await decisions.read('/muster/') };
}

describe('a node is declared dead', () => {
  it.each<{ what: string; silence: Silence; dead?: string[]; after: string[]; told: string[] }>([
    { what: 'by nothing', silence: { silentMs: {}, heard: [third.id] }, after: [], told: [] },
    {
      what: 'not within a minute',
      silence: { silentMs: { [second.id]: 59_999 }, heard: [third.id] },
      after: [],
      told: [],
    },
    {
      what: 'after a minute',
      silence: { silentMs: { [second.id]: 60_000 }, heard: [third.id] },
      after: [second.id],
      told: ['b2 is dead: nobody has heard it for 60 s; its roles go to others'],
    },
    {
      what: 'never by a lone survivor',
      silence: { silentMs: { [second.id]: 600_000, [third.id]: 600_000 }, heard: [] },
      after: [],
      told: [],
    },
    {
      what: 'once',
      silence: { silentMs: { [second.id]: 600_000 }, heard: [third.id] },
      dead: [second.id],
      after: [second.id],
      told: [],
    },
    {
      what: 'until it lives again',
      silence: { silentMs: {}, heard: [second.id, third.id] },
      dead: [second.id],
      after: [],
      told: ['b2 lives again'],
    },
    {
      what: 'until it leads itself, whoever is heard',
      silence: { silentMs: {}, heard: [] },
      dead: [first.id, second.id],
      after: [second.id],
      told: ['b1 lives again'],
    },
    {
      what: 'and stays so while nobody is sure',
      silence: { silentMs: {}, heard: [third.id] },
      dead: [second.id],
      after: [second.id],
      told: [],
    },
  ])('$what', async ({ silence, dead = [], after, told }) => {
    const { decisions, snapshot } = await store(...dead);
    const changes = deaths(view, snapshot, silence, now);
    for (const { transaction } of changes) await decisions.transact(transaction);
    expect(Object.keys(decode(await decisions.read('/muster/')).deaths)).toEqual(after);
    expect(changes.flatMap(({ sentences }) => sentences)).toEqual(told);
  });

  it('with the time of it, and not where it was removed meanwhile', async () => {
    const { decisions, snapshot } = await store();
    const [change] = deaths(view, snapshot, { silentMs: { [second.id]: 60_000 }, heard: [third.id] }, now);
    await decisions.transact({ conditions: [], remove: [nodeKey(second.id)] });
    const written = change === undefined ? undefined : await decisions.transact(change.transaction);
    expect(written?.committed).toBe(false);
    expect(change?.transaction.put).toEqual({ [deathKey(second.id)]: `{"at":"${now.toISOString()}"}` });
  });
});

it.each([
  ['with its record', { remove: [nodeKey(second.id)] }],
  ['with its tombstone', { put: { [tombstoneKey(second.id)]: 'signed' } }],
])('a death goes %s, and that of a node stays', async (_, end) => {
  const { decisions } = await store(second.id, third.id);
  await decisions.transact({ conditions: [], ...end });
  for (const { transaction } of tidy(await decisions.read('/muster/'))) await decisions.transact(transaction);
  expect(Object.keys(decode(await decisions.read('/muster/')).deaths)).toEqual([third.id]);
});

describe('what the end of a node means', () => {
  const of = (roles: NodeView['roles'], others: readonly NodeView['verdict'][]): string => {
    const more = others.map((verdict, index) => ({ ordinal: index + 2, roles: ['web' as const], verdict }));
    const seen = viewOf({ ordinal: 1, roles }, ...more);
    return consequenceOf(seen, nodeNamed(seen, 'b1'));
  };

  it.each<{ roles: NodeView['roles']; others: readonly NodeView['verdict'][]; says: string }>([
    { roles: [], others: ['alive'], says: 'it carries nothing; b2 goes on' },
    { roles: ['web'], others: ['alive', 'alive'], says: 'web stays on 2 of 3 nodes; b2, b3 go on' },
    { roles: ['web'], others: ['alive', 'dead'], says: 'web stays on 1 of 2 nodes; b2 goes on' },
    {
      roles: ['balancer', 'web'],
      others: ['unreachable'],
      says: 'balancer goes to nobody yet, web stays on 1 of 2 nodes; b2 goes on',
    },
  ])('$roles beside $others', ({ roles, others, says }) => {
    expect(of(roles, others)).toBe(`b1 leaves the cluster for good: ${says}`);
  });
});
