import { expect, it } from 'vitest';
import { hasApplied, hasLetGo, unknownRevision } from '../../../../roles/model/applied.ts';
import { nodeOf } from '../../../support/sketches.ts';

it.each([
  { what: 'it has the revision', applied: { balancer: 'r1 x' }, has: true, letGo: false },
  { what: 'it has another', applied: { balancer: 'r2' }, has: false, letGo: true },
  { what: 'nothing is in force', applied: { balancer: '' }, has: false, letGo: true },
  { what: 'its agent has just begun', applied: { balancer: unknownRevision }, has: false, letGo: false },
  { what: 'it carries the role and does not speak of it', applied: {}, has: false, letGo: false },
  { what: 'nothing was heard of it', applied: undefined, has: false, letGo: false },
])('$what: has $has, let go $letGo', ({ applied, has, letGo }) => {
  const node = nodeOf({ ordinal: 2, ...(applied === undefined ? { silent: true } : { applied }) });
  expect([hasApplied(node, 'balancer', 'x'), hasLetGo(node, 'balancer', 'x')]).toEqual([has, letGo]);
});

it('who does not carry the role has let go of it', () => {
  expect(hasLetGo(nodeOf({ ordinal: 2, roles: ['web'] }), 'balancer', 'x')).toBe(true);
});
