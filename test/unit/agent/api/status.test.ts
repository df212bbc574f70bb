import { expect, test } from 'vitest';
import { StatusReport } from '../../../../agent/api/contract.ts';
import { statusReport } from '../../../../agent/api/status.ts';
import type { View } from '../../../../roles/model/view.ts';
import { certifiedView } from '../../../support/sample-certificates.ts';
import { lonelyView, nodeView, viewOfNodes } from '../../../support/sample-views.ts';

const decisions = { writable: true, revision: 7, sentence: 'The store answers.' };
const now = new Date('2026-01-01T12:00:00.000Z');
const failing = { state: 'failing', reason: 'Apache does not answer.' } as const;
const starting = { state: 'starting', reason: 'its packages are being installed' } as const;

function report(view: View, store = decisions): StatusReport {
  return StatusReport.parse(statusReport(view, { version: '0.1.0', decisions: store, now }));
}

const two = (parts: Parameters<typeof nodeView>[1]): View => viewOfNodes([nodeView(1), nodeView(2, parts)]);

test.each<[string, View, string, string]>([
  ['one healthy node', lonelyView(), 'ok', 'All is well: one node serves web pages.'],
  ['two healthy nodes', two({}), 'ok', 'All is well: 2 nodes serve web pages.'],
  [
    'a failing web server beside a ready one',
    two({ health: { web: failing } }),
    'degraded',
    'Degraded: web on b2 is failing (Apache does not answer).',
  ],
  ['a suspect node', two({ verdict: 'suspect' }), 'degraded', 'Degraded: b2 is suspect.'],
  ['a dead node', two({ verdict: 'dead' }), 'degraded', 'Degraded: b2 is dead.'],
  ['a node that left', two({ verdict: 'left' }), 'ok', 'All is well: one node serves web pages.'],
  [
    'a node that never spoke',
    two({ silent: true }),
    'degraded',
    'Degraded: balancer on b2 is starting (the node has not reported on it yet); web on b2 is starting (the node has not reported on it yet).',
  ],
  [
    'what every node carries is failing',
    lonelyView({ health: { node: failing } }),
    'degraded',
    'Degraded: node on b1 is failing (Apache does not answer).',
  ],
  [
    'no web server ready anywhere',
    lonelyView({ health: { web: failing } }),
    'critical',
    'Critical: no web server is ready: web on b1 is failing (Apache does not answer).',
  ],
  [
    'no balancer ready anywhere',
    lonelyView({ health: { balancer: starting } }),
    'critical',
    'Critical: no balancer is ready: balancer on b1 is starting (its packages are being installed).',
  ],
  [
    'ready, but on an unreachable node',
    lonelyView({ verdict: 'unreachable' }),
    'critical',
    'Critical: no balancer is ready and no web server is ready: b1 is unreachable.',
  ],
  [
    'no role given to anyone',
    lonelyView({ roles: [] }),
    'critical',
    'Critical: no balancer is ready and no web server is ready.',
  ],
])('the verdict on %s', (_, view, level, sentence) => {
  expect(report(view).verdict).toEqual({ level, sentence });
});

test('more than two troubles are counted, not listed', () => {
  const view = viewOfNodes([1, 2, 3, 4].map((k) => nodeView(k, k > 1 ? { verdict: 'dead' } : {})));

  expect(report(view).verdict.sentence).toBe('Degraded: b2 is dead; b3 is dead; and 1 more.');
});

test.each<[string, View, typeof decisions, string[]]>([
  ['one node', lonelyView(), decisions, ['one-node']],
  ['two nodes', two({}), decisions, ['one-voter', 'no-vip']],
  [
    'two nodes with a shared address',
    viewOfNodes([nodeView(1), nodeView(2)], { cluster: { vip: '10.77.0.100' } }),
    decisions,
    ['one-voter'],
  ],
  ['no systemd', lonelyView({ hardware: { init: 'none' } }), decisions, ['one-node', 'no-systemd']],
  ['no store', lonelyView(), { ...decisions, writable: false }, ['store-not-writable', 'one-node']],
])('the risks of %s', (_, view, store, codes) => {
  const { risks, verdict } = report(view, store);

  expect(risks.map((risk) => risk.code)).toEqual(codes);
  expect(risks.every((risk) => risk.next !== '')).toBe(true);
  expect(verdict.level).toBe('ok');
});

test('urls are those of balancers that serve now', () => {
  expect(report(two({ verdict: 'dead' })).urls).toEqual(['http://10.77.0.11/']);
  expect(report(lonelyView({ health: { balancer: failing } })).urls).toEqual([]);
});

test.each<[string, View['settings'], string[]]>([
  ['none', {}, []],
  ['one', { cluster: { vip: '10.77.0.100/24' } }, ['http://10.77.0.100/']],
  [
    'two',
    { cluster: { vip: ['10.77.0.100', '10.77.0.101'] } },
    ['http://10.77.0.100/', 'http://10.77.0.101/'],
  ],
])('the url of a shared address comes first: %s', (_, settings, shared) => {
  const own = ['http://10.77.0.11/', 'http://10.77.0.12/'];
  expect(report(viewOfNodes([nodeView(1), nodeView(2)], settings)).urls).toEqual([...shared, ...own]);
  const nobody = viewOfNodes([nodeView(1, { health: { balancer: failing } })], settings);
  expect(report(nobody).urls).toEqual([]);
});

test('a lone voter is named as a risk while there are others to miss it', () => {
  const [risk] = report(two({})).risks;
  expect(risk?.sentence).toContain('b1 alone keeps the decisions');
  expect(report(two({ verdict: 'left' })).risks.map(({ code }) => code)).toEqual(['one-node']);
});

test('a node tells its measures once it has spoken', () => {
  const [first, second] = report(two({ silent: true })).nodes;

  expect(first).toMatchObject({ self: true, cores: 2, memoryMiB: 2048, load: 0.12 });
  expect(second).not.toHaveProperty('cores');
});

test.each([
  ['that holds it', { applied: { balancer: 'r1 10.77.0.100' } }, ['10.77.0.100']],
  ['that does not', { applied: { balancer: 'r1' } }, undefined],
  [
    'that cannot be heard now',
    { verdict: 'unreachable', applied: { balancer: 'r1 10.77.0.100' } },
    undefined,
  ],
] as const)('a shared address stands with the node %s', (_, parts, holds) => {
  const view = viewOfNodes([nodeView(1), nodeView(2, parts)], { cluster: { vip: '10.77.0.100' } });
  expect(report(view).nodes[1]?.holds).toEqual(holds);
});

test('what an authority refused is among the risks, by the clock of whoever answers', () => {
  const codes = report(certifiedView()).risks.map(({ code }) => code);

  expect(codes).toContain('certificate-refused');
  expect(codes).not.toContain('certificate-ended');
});

test('a machine under whose identity another lives says so before all else', () => {
  const { verdict } = report({ ...lonelyView(), twin: '10.77.0.77' });
  expect(verdict.level).toBe('critical');
  expect(verdict.sentence).toContain('another machine, at 10.77.0.77, lives under');
});
