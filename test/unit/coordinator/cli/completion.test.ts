import { Command } from 'commander';
import { expect, test } from 'vitest';
import { candidates, type LiveWords } from '../../../../coordinator/cli/complete/candidates.ts';
import { treeOf } from '../../../../coordinator/cli/complete/tree.ts';
import type { Context, LocalVerbs } from '../../../../coordinator/cli/context.ts';
import { createProgram } from '../../../../coordinator/cli/program.ts';
import { fakeClient } from '../../../support/fake-client.ts';
import { muster } from '../../../support/fake-context.ts';
import { nodeView, viewOfNodes } from '../../../support/sample-views.ts';

// The parts are only called when a verb runs, and none runs here.
const program = treeOf(createProgram({} as Context, {} as LocalVerbs, () => undefined));

const known: Readonly<Record<string, readonly (readonly string[])[]>> = {
  NODE: [
    ['b1', 'b2', 'n1'],
    ['naaaaaaaaaaaa', 'nbbbbbbbbbbbb'],
  ],
  ID: [['taaaaaaaaaaaa']],
  'KEY=VALUE': [['cluster.name=', 'cluster.vip=', 'web.workers=']],
  TOPIC: [['cli', 'errors']],
};
const live: LiveWords = async (placeholder) => known[placeholder] ?? [];

const options = '--json --help --debug';

test.each([
  [['st'], 'status'],
  [['s'], 'status settings'],
  [['node', ''], 'ls show drain undrain rm'],
  [['role', ''], 'set forbid auto'],
  [['token', ''], 'create ls revoke inspect'],
  [['node', 'show', ''], 'b1 b2 n1'],
  [['node', 'show', 'b'], 'b1 b2'],
  [['node', 'show', 'na'], 'naaaaaaaaaaaa'],
  [['node', 'show', 'x'], ''],
  [['node', 'show', 'b1', ''], ''],
  [['node', 'show', '--json', 'b'], 'b1 b2'],
  [['why', ''], 'b1 b2 n1'],
  [['role', 'set', 'b1', ''], 'balancer cache web db storage'],
  [['role', 'set', 'b1', 'w'], 'web'],
  [['role', 'set', 'b1', 'web', ''], ''],
  [['token', 'revoke', ''], 'taaaaaaaaaaaa'],
  [['token', 'inspect', ''], ''],
  [['docs', 'e'], 'errors'],
  [['settings', 'set', 'cluster.'], 'cluster.name= cluster.vip='],
  [['settings', 'set', 'cluster.name='], ''],
  [['settings', 'set', 'cluster.name=a', 'w'], 'web.workers='],
  [['completion', ''], 'bash zsh fish'],
  [['node', 'show', '--'], options],
  [['node', 'show', '-'], options],
  [['node', 'show', '--json', '--'], '--help --debug'],
  [['--debug', 'node', 'l'], 'ls'],
  [['uninstall', '-y', '--y'], ''],
  [['events', '-n', ''], ''],
  [['events', '--lines', '5', '--f'], '--follow'],
  [['init', '--vip', '10.0.0.1', '--v'], '--vip'],
  [['token', 'create', '--uses='], ''],
  [['nodes', ''], ''],
  [['__'], ''],
  [['status', '--what', '--j'], '--json'],
  [
    [],
    Object.values(program.verbs)
      .map(({ name }) => name)
      .join(' '),
  ],
])('%j could become %s', async (words, expected) => {
  expect((await candidates(program, words, live)).join(' ')).toBe(expected);
});

test('what is not for people is not in the tree', () => {
  const hidden = treeOf(new Command('muster').addCommand(new Command('__complete')));

  expect(hidden.verbs).toEqual([]);
});

test.each(['$(reboot)', 'a b', 'a;b', '`x`', "a'b", ''])('a node named %j is no candidate', async (name) => {
  expect(await candidates(program, ['why', ''], async () => [[name, 'b2']])).toEqual(['b2']);
});

const never = new Promise<never>(() => undefined);
const patient = { pause: () => never };

test.each([
  ['why ""', 'b1\nb2\n'],
  ['why nb', 'nbbbbbbbbbbbb\n'],
  ['token revoke ""', 'taaaaaaaaaaaa\n'],
  ['settings set cluster', 'cluster.name=\ncluster.vip=\n'],
  ['docs ""', 'cli\nerrors\n'],
  ['node show --j', '--json\n'],
])('__complete %s asks the agent', async (line, stdout) => {
  const words = line.split(' ').map((word) => (word === '""' ? '' : word));
  const client = fakeClient({}, viewOfNodes([nodeView(1), nodeView(2)]));

  const outcome = await muster(['__complete', '--', ...words], { client, operator: patient });

  expect(outcome).toEqual({ code: 0, stdout, stderr: '' });
});

test.each([
  ['does not answer', () => never, {}],
  ['fails', () => Promise.reject(new Error('gone')), patient],
])('an agent that %s has no words, and that is no error', async (_, status, operator) => {
  const outcome = await muster(['__complete', '--', 'why', ''], { client: fakeClient({ status }), operator });

  expect(outcome).toEqual({ code: 0, stdout: '', stderr: '' });
});

test.each(['bash', 'zsh', 'fish'])('completion %s prints the script', async (shell) => {
  expect((await muster(`completion ${shell}`)).stdout).toBe(`# for ${shell}\n`);
});
