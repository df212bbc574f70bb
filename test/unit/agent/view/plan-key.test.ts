import { expect, test } from 'vitest';
import { planKey } from '../../../../agent/view/plan-key.ts';
import type { Facts } from '../../../../roles/model/facts.ts';
import type { View } from '../../../../roles/model/view.ts';
import { ready, recordOf, viewOf } from '../../../support/sketches.ts';

const [first, second] = [recordOf(1).id, recordOf(2).id];
const database = { primary: first, since: '2026-01-01T00:00:00.000Z', epoch: 9 };
const view = { ...viewOf({ ordinal: 1 }, { ordinal: 2 }), database };

function withFacts(part: Partial<Facts>): View {
  const [first, ...others] = view.nodes;
  if (first?.facts === undefined) throw new Error('there are no facts');
  return { ...view, nodes: [{ ...first, facts: { ...first.facts, ...part } }, ...others] };
}

test.each<[string, View]>([
  ['load', withFacts({ load: 9 })],
  ['the count of changes', withFacts({ sequence: 99 })],
  ['the revision', { ...view, revision: 99 }],
  ['a primary on its way', { ...view, database: { ...database, epoch: 10, move: { to: second } } }],
])('no plan hangs on %s', (_, other) => {
  expect(planKey(other)).toBe(planKey(view));
});

test.each<[string, View]>([
  ['health', withFacts({ health: { web: ready } })],
  ['what is in force', withFacts({ applied: { web: 'x' } })],
  ['hardware', { ...viewOf({ ordinal: 1, hardware: { cores: 8 } }, { ordinal: 2 }), database }],
  ['a verdict', { ...viewOf({ ordinal: 1 }, { ordinal: 2, verdict: 'unreachable' }), database }],
  ['a role', { ...viewOf({ ordinal: 1 }, { ordinal: 2, roles: ['web'] }), database }],
  ['the primary', { ...view, database: { ...database, epoch: 10, primary: second } }],
  ['who acknowledges', { ...view, database: { ...database, epoch: 10, ackers: [second] } }],
  ['a node', { ...viewOf({ ordinal: 1 }), database }],
  ['a node that has not spoken', { ...viewOf({ ordinal: 1 }, { ordinal: 2, silent: true }), database }],
  ['settings', { ...view, settings: { cluster: { name: 'shop' } } }],
  ['who looks', { ...view, self: recordOf(2).id }],
])('a plan may hang on %s', (_, other) => {
  expect(planKey(other)).not.toBe(planKey(view));
});
