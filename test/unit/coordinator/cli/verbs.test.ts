import { expect, test } from 'vitest';
import {
  DoctorReport,
  PlanReport,
  StatusReport,
  schemaVersion,
  WhyReport,
} from '../../../../agent/api/contract.ts';
import { MusterError } from '../../../../roles/model/errors.ts';
import { Event } from '../../../../roles/model/event.ts';
import { fakeClient } from '../../../support/fake-client.ts';
import { muster } from '../../../support/fake-context.ts';
import { sampleEvent } from '../../../support/fake-handle.ts';
import { lonelyView, nodeView, viewOfNodes } from '../../../support/sample-views.ts';

const failing = { state: 'failing', reason: 'Apache does not answer' } as const;
const down = new MusterError('agent-unreachable', {
  what: 'the agent of this machine does not answer',
  why: 'it is not running',
  next: 'systemctl start muster',
});
const silent = fakeClient({ status: () => Promise.reject(down) });

const step = {
  role: 'web',
  kind: 'file',
  what: 'write /etc/apache2/ports.conf',
  why: 'it had been changed by another hand',
  diff: '--- a\n+++ b\n@@ -1 +1 @@\n-Listen 80\n+Listen 8081\n',
} as const;
const busy = fakeClient({
  plan: async () => ({ schemaVersion, node: lonelyView().self, steps: [step] }),
});
const ill = fakeClient({
  doctor: async () => ({
    schemaVersion,
    findings: [
      { id: 'disk', level: 'warning', evidence: '900 MiB are free', next: 'du -xsh /var' },
      { id: 'store', level: 'failure', evidence: 'etcd does not answer', next: 'muster events' },
    ],
  }),
});

test('status says verdict, risks and nodes', async () => {
  const { code, stdout, stderr } = await muster('status');

  expect(stdout).toBe(
    [
      'All is well: one node serves web pages.',
      'cluster muster, version 0.1.0, http://10.77.0.11/',
      '',
      '! This cluster has one node: if it fails, everything on it is down and what only it holds is lost.',
      '  next: muster docs operations',
      '',
      'NODE  ADDRESS     STATE  ROLES                      CORES   MEMORY  LOAD',
      'b1 *  10.77.0.11  alive  balancer ready, web ready      2  2.0 GiB  0.12',
      '',
    ].join('\n'),
  );
  expect([code, stderr]).toEqual([0, '']);
});

test('status of five troubled nodes fits a terminal of 24 lines', async () => {
  const nodes = [1, 2, 3, 4, 5].map((k) =>
    nodeView(k, { health: { web: failing }, hardware: { init: 'none' }, drained: k === 2 }),
  );

  const { stdout } = await muster('status', { client: fakeClient({}, viewOfNodes(nodes)) });

  expect(stdout.trimEnd().split('\n').length).toBeLessThanOrEqual(24);
  expect(stdout).toContain('web: Apache does not answer');
  expect(stdout).toMatch(/^b2 .* alive, drained /m);
});

test.each([
  ['all is well', fakeClient(), 'status', 0],
  ['degraded', fakeClient({}, viewOfNodes([nodeView(1), nodeView(2, { verdict: 'dead' })])), 'status', 3],
  ['critical', fakeClient({}, lonelyView({ health: { web: failing } })), 'status --json', 4],
  ['unreachable', silent, 'status', 5],
  ['nothing planned', fakeClient(), 'plan', 0],
  ['steps planned', busy, 'plan', 10],
  ['a healthy machine', fakeClient(), 'doctor', 0],
  ['an ill machine', ill, 'doctor', 1],
  ['events', fakeClient(), 'events', 0],
  ['an agent that ends its stream', fakeClient(), 'events -f', 5],
  ['why', fakeClient(), 'why b1', 0],
  ['why of nobody', fakeClient(), 'why b9', 2],
  ['docs', fakeClient(), 'docs errors', 0],
  ['help', fakeClient(), '--help', 0],
  ['nothing said', fakeClient(), '', 0],
  ['version', fakeClient(), '--version', 0],
])('%s', async (_, client, line, code) => {
  expect((await muster(line, { client })).code).toBe(code);
});

test.each([
  ['status --json', StatusReport],
  ['plan --json', PlanReport],
  ['doctor --json', DoctorReport],
  ['why b1 --json', WhyReport],
])('%s prints nothing but data, even to a coloured terminal', async (line, schema) => {
  const { stdout, stderr } = await muster(line, { client: fakeClient(), colour: true, terminal: true });

  expect(schema.safeParse(JSON.parse(stdout)).error).toBeUndefined();
  expect(stderr).toBe('');
});

test.each(['events --json', 'events -f --json'])('%s is one event a line', async (line) => {
  const { stdout } = await muster(line, { colour: true, terminal: true });

  const lines = stdout.trimEnd().split('\n');
  expect(lines.map((text) => Event.parse(JSON.parse(text)).sequence)).toEqual([1, 2, 3]);
});

test('events are sentences with their age', async () => {
  const { stdout } = await muster('events -n 1');

  expect(stdout).toBe('  5 min ago  info    web       sentence 3\n');
});

test('what a program left in an event cannot move the cursor', async () => {
  const event = sampleEvent(1, { sentence: 'bad\u001B[2J\u0007 thing\nsecond line' });
  const client = fakeClient({ events: async () => ({ schemaVersion, events: [event] }) });

  const { stdout } = await muster('events', { client });

  expect(stdout).toContain('bad thing second line');
});

test('colours only where they are wanted', async () => {
  const plain = await muster('status');
  const coloured = await muster('status', { colour: true });

  expect(plain.stdout).not.toContain('\u001B');
  expect(coloured.stdout).toContain('\u001B[');
});

test('watch goes on while the agent is away, and an interrupt ends it', async () => {
  const controller = new AbortController();
  const answers = [() => fakeClient().status(), () => Promise.reject(down), () => fakeClient().status()];
  const client = fakeClient({ status: () => (answers.shift() ?? (() => Promise.reject(down)))() });
  const pause = async (): Promise<void> => {
    if (answers.length === 0) controller.abort();
  };

  const outcome = await muster('status --watch', { client, signal: controller.signal, operator: { pause } });

  expect(outcome.code).toBe(130);
  expect(outcome.stdout.match(/All is well/g)).toHaveLength(2);
  expect(outcome.stderr).toContain('does not answer');
});

test('plan shows each step, its reason and its diff', async () => {
  const { stdout } = await muster('plan', { client: busy });

  expect(stdout).toBe(
    `1 step on this node:\n\n1. web: write /etc/apache2/ports.conf\n   it had been changed by another hand\n${step.diff}`,
  );
});

test('doctor says what to do and counts', async () => {
  const { stdout } = await muster('doctor', { client: ill });

  expect(stdout).toContain('× etcd does not answer (store)\n  next: muster events\n');
  expect(stdout).toContain('1 failure, 1 warning.');
});

test('why gives the reason for each role', async () => {
  const { stdout } = await muster('why b1');

  expect(stdout).toContain('b1 (naaaaaaaaaaaa, 10.77.0.11)');
  expect(stdout).toContain('  web: no reason was written down with the assignment\n    ready: answers\n');
});

test('docs lists its topics', async () => {
  expect((await muster('docs')).stdout).toBe('TOPIC   TITLE\ncli     The muster command\nerrors  Errors\n');
});

test.each([
  ['agent --detach', 'agent', { detach: true }],
  ['agent', 'agent', { detach: false }],
  ['init --name b1 --address 10.77.0.11 --json', 'init', { name: 'b1', address: '10.77.0.11', json: true }],
  ['init --vip 10.0.0.8', 'init', { vip: ['10.0.0.8'], json: false }],
  ['init --vip 10.0.0.8/24 --vip 10.0.0.9', 'init', { vip: ['10.0.0.8/24', '10.0.0.9'], json: false }],
  ['join --token muster1.a', 'join', { token: 'muster1.a', json: false }],
  [
    'join --token muster1.a --name b2 --address 10.77.0.12 --json',
    'join',
    { token: 'muster1.a', name: 'b2', address: '10.77.0.12', json: true },
  ],
  ['uninstall --dry-run', 'uninstall', { dryRun: true, yes: false, purgeData: false, json: false }],
  ['uninstall -y --purge-data', 'uninstall', { dryRun: false, yes: true, purgeData: true, json: false }],
] as const)('%s calls its part of the agent', async (line, verb, options) => {
  const calls: unknown[] = [];
  const local = { [verb]: async (given: unknown) => calls.push(given) > 0 };

  expect((await muster(line, { local })).code).toBe(0);
  expect(calls).toEqual([options]);
});

test('uninstall that was answered with no, or had to leave something, fails', async () => {
  expect((await muster('uninstall', { local: { uninstall: async () => false } })).code).toBe(1);
});
