import { expect, test } from 'vitest';
import {
  ChangeReport,
  NodeReport,
  PlaceableRole,
  RemovalReport,
  schemaVersion,
} from '../../../../agent/api/contract.ts';
import { roleWords } from '../../../../coordinator/cli/commands/arguments.ts';
import { MusterError } from '../../../../roles/model/errors.ts';
import { fakeClient } from '../../../support/fake-client.ts';
import { muster } from '../../../support/fake-context.ts';
import { nodeView, viewOfNodes } from '../../../support/sample-views.ts';

const three = viewOfNodes([nodeView(1), nodeView(2, { drained: true }), nodeView(3, { silent: true })]);

test('node ls is one line per node', async () => {
  const { code, stdout } = await muster('node ls', { client: fakeClient({}, three) });

  expect(stdout).toBe(
    [
      'NODE  ID             ADDRESS     STATE           ROLES          CORES   MEMORY  LOAD',
      'b1 *  naaaaaaaaaaaa  10.77.0.11  alive           balancer, web      2  2.0 GiB  0.12',
      'b2    nbbbbbbbbbbbb  10.77.0.12  alive, drained  balancer, web      2  2.0 GiB  0.12',
      'b3    ncccccccccccc  10.77.0.13  alive           balancer, web      -        -     -',
      '',
    ].join('\n'),
  );
  expect(code).toBe(0);
});

test('node ls --json is the nodes of the report', async () => {
  const { stdout } = await muster('node ls --json', { client: fakeClient({}, three) });

  const { nodes } = JSON.parse(stdout) as { nodes: { name: string; drained: boolean }[] };
  expect(nodes.map(({ name, drained }) => [name, drained])).toEqual([
    ['b1', false],
    ['b2', true],
    ['b3', false],
  ]);
});

test('node show says what it is, has and serves', async () => {
  const { stdout } = await muster('node show b2', { client: fakeClient({}, three) });

  expect(stdout).toBe(
    [
      'b2 (nbbbbbbbbbbbb, 10.77.0.12)',
      '  state     alive, drained',
      '  ordinal   2',
      '  admitted  2026-01-01T09:00:00.000Z (3 h ago)',
      '  hardware  2 cores, 2.0 GiB memory, 1000 Mbit/s',
      '  load      0.12',
      '  disk      9.8 GiB of 19.5 GiB free, ssd',
      '  network   -',
      '  system    debian 12, x86_64, sample',
      '',
      '  balancer: alive nodes carry it',
      '    ready: answers',
      '  web: alive nodes carry it',
      '    ready: answers',
      '',
    ].join('\n'),
  );
});

test('node show of one that has not said a word yet says so', async () => {
  const { stdout } = await muster('node show b3', { client: fakeClient({}, three) });

  expect(stdout).toContain('hardware  not known before its first word');
  expect(stdout).toContain('starting: the node has not reported on it yet');
});

test.each([
  ['node drain b2', 'b2 drained true'],
  ['node undrain b2', 'b2 drained false'],
  ['role set b2 web', 'b2 web set'],
  ['role forbid b2 db', 'b2 db forbid'],
  ['role auto b2 balancer', 'b2 balancer auto'],
  ['node rm b2 --yes', 'b2 removed'],
])('%s says what has changed; a dry run changes nothing', async (line, order) => {
  const client = fakeClient({}, three);

  const dry = await muster(`${line} --dry-run`, { client });
  expect([dry.code, dry.stdout, client.orders]).toEqual([0, `it would be: ${order}\n`, []]);

  const done = await muster(line, { client });
  expect([done.code, done.stdout, client.orders]).toEqual([0, `it is so: ${order}\n`, [order]]);
});

test.each([
  ['node show b2 --json', NodeReport],
  ['node drain b2 --json', ChangeReport],
  ['node undrain b2 --json --dry-run', ChangeReport],
  ['node rm b2 --json --yes', RemovalReport],
  ['node rm b2 --json --dry-run', RemovalReport],
  ['role set b2 web --json', ChangeReport],
])('%s prints nothing but data', async (line, schema) => {
  const { stdout } = await muster(line, { client: fakeClient({}, three), colour: true, terminal: true });

  expect(schema.safeParse(JSON.parse(stdout)).error).toBeUndefined();
});

test.each([
  ['the name', 'b2', 0, ['b2 removed']],
  ['a yes', 'y', 1, []],
  ['nothing', '', 1, []],
  ['another name', 'b1', 1, []],
])('%s typed at the question of node rm decides', async (_, typed, code, orders) => {
  const client = fakeClient({}, three);
  const asked: string[] = [];
  const answer = async (question: string): Promise<string> => {
    asked.push(question);
    return typed;
  };

  const outcome = await muster('node rm nbbbbbbbbbbbb', { client, operator: { canAnswer: true, answer } });

  expect([outcome.code, client.orders]).toEqual([code, orders]);
  expect(outcome.stderr).toContain('it would be: b2 removed');
  expect(asked).toEqual(['To remove it, type its name, b2:']);
});

const busy = new MusterError('store-unreachable', {
  what: 'the store chooses a leader',
  why: 'w',
  next: 'n',
});
const refused = new MusterError('not-allowed', { what: 'it is the last one', why: 'w', next: 'n' });

/** A removal that takes these turns, and the last of them for ever. */
function removing(...turns: (string | MusterError | RemovalReport)[]): ReturnType<typeof fakeClient> {
  const said = (turn: string): RemovalReport => ({ schemaVersion, removed: false, sentence: turn });
  return fakeClient({
    removeNode: async (_, dryRun = false) => {
      if (dryRun) return said('it would go');
      const turn = (turns.length > 1 ? turns.shift() : turns[0]) ?? 'waiting';
      if (turn instanceof MusterError) throw turn;
      return typeof turn === 'string' ? said(turn) : turn;
    },
  });
}

const gone: RemovalReport = { schemaVersion, removed: true, sentence: 'b1 is removed' };

test.each([
  [
    'each new sentence is told once',
    ['waits for b2', 'waits for b2', 'tells all', gone],
    0,
    'b1 is removed\n',
  ],
  ['a store that is away for a while is waited for', [busy, busy, gone], 0, 'b1 is removed\n'],
  ['a refusal ends it', ['waits for b2', refused], 1, ''],
  ['a store that stays away ends it', [busy], 5, ''],
] as const)('%s', async (_, turns, code, stdout) => {
  const pauses: number[] = [];
  const pause = async (ms: number): Promise<void> => void pauses.push(ms);

  const outcome = await muster('node rm b1 --yes', { client: removing(...turns), operator: { pause } });

  expect([outcome.code, outcome.stdout]).toEqual([code, stdout]);
  const lines = outcome.stderr.split('\n');
  expect(new Set(lines).size).toBe(lines.length);
  expect(pauses.length).toBeLessThan(30);
});

test('an interrupted removal says how it goes on', async () => {
  const controller = new AbortController();
  const pause = async (): Promise<void> => controller.abort();

  const { code, stderr } = await muster('node rm b1 --yes', {
    client: removing('waits for b2'),
    signal: controller.signal,
    operator: { pause },
  });

  expect(code).toBe(130);
  expect(stderr).toMatch(/waits for b2\n.*not done yet.*muster node rm b1\n$/);
});

test('the roles that may be wished for are those of the contract', () => {
  expect(roleWords).toEqual(PlaceableRole.options);
});

test('a shared address stands behind that of the node which holds it', async () => {
  const holder = nodeView(1, { applied: { balancer: '10.77.0.100' } });
  const view = viewOfNodes([holder, nodeView(2)], { cluster: { vip: '10.77.0.100' } });
  const { stdout } = await muster('node ls', { client: fakeClient({}, view) });

  expect(stdout).toContain('10.77.0.11 + 10.77.0.100');
  expect(stdout).toMatch(/10\.77\.0\.12 +alive/);
});
