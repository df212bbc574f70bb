import { expect, test } from 'vitest';
import { findKey } from '../../../../coordinator/cli/settings/schema.ts';
import { MusterError } from '../../../../roles/model/errors.ts';
import { fakeClient } from '../../../support/fake-client.ts';
import { type FakeContextParts, muster } from '../../../support/fake-context.ts';

/** An editor that leaves this text, and remembers whether its file was removed. */
function editor(left: string | ((given: string) => string)): {
  readonly operator: NonNullable<FakeContextParts['operator']>;
  readonly seen: { given: string; removed: boolean };
} {
  const seen = { given: '', removed: false };
  const edit = async (given: string): Promise<{ text: string; path: string; done: () => Promise<void> }> => {
    seen.given = given;
    const done = async (): Promise<void> => {
      seen.removed = true;
    };
    return { text: typeof left === 'string' ? left : left(given), path: '/tmp/muster-x/muster.yml', done };
  };
  return { operator: { edit }, seen };
}

test('show prints YAML that parses, or the report', async () => {
  const yaml = await muster('settings show');
  const json = await muster('settings show --json');

  expect(yaml.stdout).toContain('web:\n  workers: auto\n');
  expect(JSON.parse(json.stdout)).toMatchObject({ revision: 7, settings: { web: { workers: 'auto' } } });
});

test.each([
  ['web.workers=4', { web: { workers: 4 } }],
  ['web.compress=false', { web: { compress: false } }],
  ['web.aliases=[a,b]', { web: { aliases: ['a', 'b'] } }],
  ['web.level=high', { web: { level: 'high' } }],
  ['cluster.name=123', { cluster: { name: '123' } }],
  ['name=shop', { cluster: { name: 'shop' } }],
  ['vip=10.0.0.100', { cluster: { vip: '10.0.0.100' } }],
  ['workers=4', { web: { workers: 4 } }],
])('set %s with --yes shows the diff and changes it', async (assignment, expected) => {
  const client = fakeClient();

  const { code, stdout, stderr } = await muster(`settings set --yes ${assignment}`, { client });

  expect(code).toBe(0);
  expect(stdout).toMatch(/^-.*\n\+/m);
  expect(stderr).toContain('revision 8');
  expect(client.changes).toHaveLength(1);
  expect(client.changes[0]).toMatchObject({ revision: 7, settings: expected });
});

const twoTimeouts = {
  properties: {
    balancer: { properties: { timeout: { type: 'integer' }, inner: { properties: { most: {} } } } },
    web: { properties: { timeout: { type: 'integer' }, most: {} } },
    most: {},
  },
};

test.each([
  ['web.timeout', ['web', 'timeout']],
  ['inner.most', ['balancer', 'inner', 'most']],
  ['most', ['most']],
])('the key %s means one key', (key, path) => {
  expect(findKey(twoTimeouts, key).path).toEqual(path);
});

test.each([
  ['timeout', 'timeout: more than one key ends so', 'did you mean balancer.timeout or web.timeout?'],
  ['timeuot', 'timeuot: there is no such key', 'did you mean balancer.timeout?'],
  ['imeout', 'imeout: there is no such key', 'did you mean balancer.timeout?'],
  ['', ': there is no such key', 'no role knows it; nothing was changed'],
])('the key %j means none, or more than one', (key, what, why) => {
  expect(() => findKey(twoTimeouts, key)).toThrow(
    expect.objectContaining({ code: 'settings-invalid', message: what, why }) as Error,
  );
});

test('several keys are one change', async () => {
  const client = fakeClient();

  await muster('settings set -y web.workers=4 web.spare=1', { client });

  expect(client.changes[0]?.settings).toMatchObject({ web: { workers: 4, spare: 1, level: 'low' } });
});

test.each([
  ['a yes', true, 0, 1, 'Changed, revision 8'],
  ['a no', false, 1, 0, 'Nothing was changed.'],
])('%s at the prompt decides', async (_, answer, code, changes, message) => {
  const client = fakeClient();
  const operator = { canAnswer: true, confirm: async () => answer };

  const outcome = await muster('settings set web.workers=4', { client, operator });

  expect(outcome.code).toBe(code);
  expect(outcome.stderr).toContain(message);
  expect(client.changes).toHaveLength(changes);
});

test.each(['settings set web.workers=4', 'settings edit'])(
  '%s without a terminal needs --yes',
  async (line) => {
    const client = fakeClient();

    const { code, stderr } = await muster(line, { client });

    expect(code).toBe(2);
    expect(stderr).toContain('answer-needed');
    expect(client.changes).toEqual([]);
  },
);

test('what is so already changes nothing', async () => {
  const client = fakeClient();

  const { code, stdout } = await muster('settings set web.workers=auto', { client });

  expect([code, stdout, client.changes.length]).toEqual([0, '', 0]);
});

test('a value that the agent refuses changes nothing', async () => {
  const client = fakeClient();

  const { code, stderr } = await muster('settings set -y web.spare=many', { client });

  expect(code).toBe(2);
  expect(stderr).toContain('settings-invalid');
  expect(client.changes).toEqual([]);
});

test('edit explains the keys, and changes what was edited', async () => {
  const client = fakeClient();
  const { operator, seen } = editor((given) => given.replace('workers: auto', 'workers: 8'));

  const { code, stdout } = await muster('settings edit --yes', { client, operator });

  expect(code).toBe(0);
  expect(seen.given).toContain('  # PHP workers; auto follows the memory.\n  workers: auto\n');
  expect(stdout).toContain('-  workers: auto\n+  workers: 8\n');
  expect(client.changes[0]?.settings).toMatchObject({ web: { workers: 8 } });
  expect(seen.removed).toBe(true);
});

test.each([
  ['unchanged', (given: string) => given],
  ['emptied', ''],
  ['only comments', '# nothing\n'],
])('a text left %s changes nothing and is no failure', async (_, left) => {
  const client = fakeClient();
  const { operator, seen } = editor(left);

  const { code } = await muster('settings edit --yes', { client, operator });

  expect([code, client.changes.length, seen.removed]).toEqual([0, 0, true]);
});

test.each([
  ['not YAML', 'web: [', 'cannot be read'],
  ['a list', '- a\n', 'sections of keys and values'],
  ['a wrong value', 'web: {spare: many}', 'settings-invalid'],
])('a text that is %s changes nothing and is kept', async (_, left, what) => {
  const client = fakeClient();
  const { operator, seen } = editor(left);

  const { code, stderr } = await muster('settings edit --yes', { client, operator });

  expect(code).toBe(2);
  expect(stderr).toContain(what);
  expect(stderr).toContain('/tmp/muster-x/muster.yml');
  expect([client.changes.length, seen.removed]).toEqual([0, false]);
});

test('another who was quicker is told, and the text kept', async () => {
  const error = new MusterError('settings-changed', { what: 'too late', why: 'quicker', next: 'again' });
  const client = fakeClient({ changeSettings: () => Promise.reject(error) });
  const { operator, seen } = editor('web: {spare: 3}');

  const { code, stderr } = await muster('settings edit --yes', { client, operator });

  expect([code, seen.removed]).toEqual([1, false]);
  expect(stderr).toContain('kept in /tmp/muster-x/muster.yml');
});
