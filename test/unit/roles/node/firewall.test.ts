import { describe, expect, it } from 'vitest';
import { nothingObserved, type Observed } from '../../../../roles/model/observed.ts';
import type { Step } from '../../../../roles/model/step.ts';
import type { View } from '../../../../roles/model/view.ts';
import { doorsOf } from '../../../../roles/node/doors.ts';
import { ensureFirewall, firewallInForce } from '../../../../roles/node/firewall.ts';
import { firewallUnit, markOf, rulesText } from '../../../../roles/node/nft.ts';
import { applySteps } from '../../../support/apply-steps.ts';
import { expectConvergence } from '../../../support/convergence.ts';
import { type NodeParts, nodeView, viewOfNodes } from '../../../support/sample-views.ts';

type Roles = NonNullable<NodeParts['roles']>;

/** A cluster whose first node looks, or another. */
function cluster(roles: readonly Roles[], self = 1): View {
  const nodes = roles.map((carried, index) => nodeView(index + 1, { roles: carried }));
  return { ...viewOfNodes(nodes), self: nodeView(self).record.id };
}

const lone = cluster([['balancer', 'web']]);
const three = cluster([['balancer', 'web'], ['balancer', 'web'], ['web']]);
const plan = (view: View, observed: Observed): readonly Step[] => ensureFirewall(view, observed);
const set = (view: View): Observed => applySteps(nothingObserved, plan(view, nothingObserved));
const listing = (text: string): Observed['answers'] => ({ firewall: { ok: true, status: 0, text } });

describe('doors', () => {
  const cases: readonly { what: string; view: View; doors: Readonly<Record<string, string>> }[] = [
    { what: 'of a lone node', view: lone, doors: { 8081: '11', 8082: '11' } },
    { what: 'of the first of three', view: three, doors: { 8081: '11 12 13', 8082: '11' } },
    {
      what: 'of a web server that is no balancer',
      view: { ...three, self: nodeView(3).record.id },
      doors: { 8081: '11 12 13' },
    },
    {
      what: 'of a node with no role',
      view: cluster([['balancer', 'web'], []], 2),
      doors: {},
    },
    {
      what: 'of every role',
      view: cluster([['balancer'], ['cache', 'db'], ['web'], ['db', 'storage']], 2),
      doors: { 3306: '12 13 14', 8080: '11 12', 11211: '12 13' },
    },
  ];
  it.each(cases)('$what', ({ view, doors }) => {
    const found = doorsOf(view).map(({ port, from }) => [
      String(port),
      from.map((address) => address.split('.')[3]).join(' '),
    ]);
    expect(Object.fromEntries(found)).toEqual(doors);
  });

  it('stay open, on both sides, until what was under way has ended', () => {
    const [web, db] = [nodeView(1, { roles: [] }), nodeView(2, { roles: [] })];
    const ending = (node: typeof web, applied: Readonly<Record<string, string>>): typeof web =>
      node.facts === undefined ? node : { ...node, facts: { ...node.facts, applied } };
    const seen = (own: string, other: string): readonly string[] => {
      const nodes = [ending(web, { web: other }), ending(db, { db: own })];
      return doorsOf({ ...viewOfNodes(nodes), self: db.record.id }).flatMap(({ from }) => from);
    };
    expect(seen('r1', 'r2')).toEqual(['10.77.0.11', '10.77.0.12']);
    expect(seen('r1', '')).toEqual(['10.77.0.12']);
    expect(seen('', 'r2')).toEqual([]);
  });

  it('are open to who is unreachable, and closed to who has left', () => {
    const withSecond = (verdict: NonNullable<NodeParts['verdict']>): View =>
      viewOfNodes([nodeView(1), nodeView(2, { verdict })]);
    expect(doorsOf(withSecond('unreachable'))[0]?.from).toEqual(['10.77.0.11', '10.77.0.12']);
    expect(doorsOf(withSecond('left'))[0]?.from).toEqual(['10.77.0.11']);
  });
});

describe('the rules', () => {
  const golden = (name: string): string => `../../../golden/node/${name}`;

  it('of a lone node', async () => {
    await expect(rulesText(doorsOf(lone))).toMatchFileSnapshot(golden('firewall-one.nft'));
  });

  it('among three nodes', async () => {
    await expect(rulesText(doorsOf(three))).toMatchFileSnapshot(golden('firewall-three.nft'));
  });

  it('of a node without doors', async () => {
    await expect(rulesText([])).toMatchFileSnapshot(golden('firewall-none.nft'));
  });

  it('come with their unit', async () => {
    await expect(firewallUnit()).toMatchFileSnapshot(golden('muster-firewall.service'));
  });

  it.each([22, 80, 443, 7700, 7701])('never match port %i', (port) => {
    expect(rulesText(doorsOf(three))).not.toMatch(new RegExp(`\\b${port}\\b`));
  });
});

describe('the plan of the firewall', () => {
  const words = (view: View, observed: Observed): string[] =>
    plan(view, observed).map((step) =>
      step.kind === 'file'
        ? `write ${step.file.path}`
        : step.kind === 'service'
          ? `${step.action} ${step.service.unit}`
          : step.kind,
    );

  it('follows the roster by a reload: the former rules hold until the new ones do', () => {
    expect(words(three, set(lone))).toEqual([
      'write /etc/muster/firewall.nft',
      'reload muster-firewall.service',
    ]);
  });

  it('checks its rules before it takes them', () => {
    expect(plan(lone, nothingObserved)[0]).toMatchObject({
      file: { check: ['/usr/sbin/nft', '-c', '-f', '{}'] },
    });
  });

  it.each([
    { what: 'flushed', answers: { firewall: { ok: true, status: 1, text: 'No such file' } as const } },
    { what: 'changed', answers: listing('table inet muster { }') },
  ])('is put back when it was $what by another hand', ({ answers }) => {
    expect(plan(lone, { ...set(lone), answers })).toMatchObject([{ action: 'reload', tells: 'drift' }]);
  });

  it('leaves alone what is as it shall be', () => {
    const answers = listing(`iifname "lo" accept comment "${markOf(doorsOf(lone))}"`);
    expect(plan(lone, { ...set(lone), answers })).toEqual([]);
  });

  it('is not taken for flushed by an nft that does not answer in time', () => {
    const answers = { firewall: { ok: false, error: 'nft did not answer within 2 s' } as const };
    expect(plan(lone, { ...set(lone), answers })).toEqual([]);
  });

  it('is left to the host without systemd', () => {
    const contained = viewOfNodes([nodeView(1, { hardware: { init: 'none' } })]);
    expect(plan(contained, nothingObserved)).toEqual([]);
  });

  it.each([
    { what: 'bare', view: lone, start: nothingObserved },
    { what: 'two more nodes', view: three, start: set(lone) },
  ])('arrives at the same end from every interruption: $what', ({ view, start }) => {
    expectConvergence((observed) => plan(view, observed), start);
  });

  it('is in force once the kernel has it', () => {
    const mark = markOf(doorsOf(three)).split(' ')[1];
    expect(firewallInForce(three, set(three))).toBe(mark);
    expect(firewallInForce(three, set(lone))).toBe('');
    expect(firewallInForce(three, { ...set(three), answers: listing('') })).toBe('');
  });
});
