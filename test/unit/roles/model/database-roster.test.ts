import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readers, type UsedNow, writers } from '../../../../roles/model/database-roster.ts';
import type { Roster } from '../../../../roles/model/roster.ts';
import type { NodeView, View } from '../../../../roles/model/view.ts';
import { type NodeSketch, recordOf, viewOf } from '../../../support/sketches.ts';

const unknown: UsedNow = () => undefined;

/** A cluster whose nodes are all databases, with the n-th as primary. */
function databases(primary: number | undefined, ...sketches: readonly Omit<NodeSketch, 'ordinal'>[]): View {
  const nodes = sketches.map(
    (sketch, at): NodeSketch => Object.assign({ roles: ['db'], ordinal: at + 1 }, sketch),
  );
  const view = viewOf(...nodes);
  if (primary === undefined) return view;
  const database = { primary: recordOf(primary).id, since: '2026-01-01T00:00:00.000Z', epoch: 5 };
  return { ...view, database };
}

const says = (serves: string, lag?: string): Omit<NodeSketch, 'ordinal'> => ({
  details: { db: { serves, ...(lag === undefined ? {} : { lag }) } },
});
const primary = says('primary');
const good = says('replica', 'ok');
const late = says('replica', 'behind');

const states = ({ endpoints }: Roster): string => endpoints.map(({ state }) => state).join(' ');
const was =
  (...names: readonly string[]): UsedNow =>
  ({ record }) =>
    names.includes(record.name) ? 'ready' : 'out';

describe('where writes go', () => {
  it.each([
    { what: 'to the one that the decision names', view: databases(2, good, primary), writes: 'out ready' },
    {
      what: 'also while it is dead: nobody else may take them',
      view: databases(1, { ...primary, verdict: 'dead' }, good),
      writes: 'ready out',
    },
    { what: 'to nobody before there is a decision', view: databases(undefined, good), writes: 'out' },
    {
      what: 'where they went, while the decision is not known',
      view: databases(undefined, good, good),
      before: was('b2'),
      writes: 'out ready',
    },
    { what: 'to nobody where its node has left', view: databases(3, good, good), writes: 'out out' },
  ])('$what', ({ view, before, writes }) => {
    expect(states(writers(view, before ?? unknown))).toBe(writes);
  });
});

describe('where reads go', () => {
  it.each([
    {
      what: 'to the replicas that keep up',
      view: databases(1, primary, good, late),
      reads: 'drain ready drain',
    },
    { what: 'to the primary where none keeps up', view: databases(1, primary, late), reads: 'ready drain' },
    { what: 'to the primary where it is alone', view: databases(1, primary), reads: 'ready' },
    {
      what: 'to a late one where the primary is away',
      view: databases(1, { ...primary, verdict: 'unreachable' }, late),
      reads: 'out ready',
    },
    {
      what: 'not to one that is still cloned',
      view: databases(1, primary, says('cloning')),
      reads: 'ready drain',
    },
    {
      what: 'not to one that is drained',
      view: databases(1, primary, { ...good, drained: true }, good),
      reads: 'drain drain ready',
    },
    {
      what: 'to a silent agent whose database was in',
      view: databases(1, primary, { ...late, verdict: 'unmanaged' }),
      before: was('b2'),
      reads: 'drain ready',
    },
    {
      what: 'where they went, while nothing was heard',
      view: databases(1, { silent: true }, { silent: true }),
      before: was('b2'),
      reads: 'out ready',
    },
    {
      what: 'where they went, with nobody in reach',
      view: databases(1, { ...primary, verdict: 'dead' }, { ...good, verdict: 'unreachable' }),
      before: was('b2'),
      reads: 'out ready',
    },
  ] as const)('$what', ({ view, reads, ...rest }) => {
    expect(states(readers(view, 'before' in rest ? rest.before : unknown))).toBe(reads);
  });
});

describe('whatever is heard', () => {
  const sketch = fc.record({
    verdict: fc.constantFrom('alive', 'suspect', 'unmanaged', 'unreachable', 'dead'),
    details: fc.constantFrom(primary.details, good.details, late.details, says('cloning').details, {}),
    silent: fc.boolean(),
    drained: fc.boolean(),
  });
  const views = fc
    .tuple(fc.array(sketch, { minLength: 1, maxLength: 5 }), fc.nat({ max: 4 }))
    .map(([nodes, at]) => databases(1 + (at % nodes.length), ...(nodes as Omit<NodeSketch, 'ordinal'>[])));
  const ready = ({ endpoints }: Roster): number => endpoints.filter(({ state }) => state === 'ready').length;
  const isIn = (node: NodeView): 'ready' | 'out' => (node.record.ordinal % 2 === 0 ? 'ready' : 'out');

  it('exactly one database takes writes, and at least one is read from', () => {
    fc.assert(
      fc.property(views, (view) => {
        for (const before of [unknown, isIn]) {
          expect(ready(writers(view, before))).toBe(1);
          expect(ready(readers(view, before))).toBeGreaterThan(0);
        }
      }),
    );
  });
});
