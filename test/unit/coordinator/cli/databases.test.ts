import { expect, test } from 'vitest';
import type { SqlPlace } from '../../../../coordinator/cli/context.ts';
import { fakeClient } from '../../../support/fake-client.ts';
import { muster } from '../../../support/fake-context.ts';

test('create waits until the primary has made it, and says how to go on', async () => {
  const client = fakeClient();
  const { code, stdout } = await muster('db create blog', { client });
  expect([code, client.orders]).toEqual([0, ['create blog']]);
  expect(stdout).toContain('the database blog is there.');
  expect(stdout).toContain('muster db credentials blog');
});

test('create says what stands in the way, where nothing is made', async () => {
  const trouble = 'b1, the primary, is dead';
  const client = fakeClient({ databases: async () => ({ schemaVersion: 1, databases: [], trouble }) });
  const { code, stderr } = await muster('db create blog', { client });
  expect([code, stderr]).toEqual([1, expect.stringContaining(trouble)]);
});

test('ls tells state and size', async () => {
  const { stdout } = await muster('db ls');
  expect(stdout).toMatch(/^DATABASE {2}STATE {2}MADE +SIZE\nshop {6}ready .* 2\.0 MiB\n$/);
});

test('credentials are lines of an environment file; --rotate makes a new password first', async () => {
  const client = fakeClient();
  const { stdout } = await muster('db credentials shop --rotate', { client });
  expect(client.orders).toEqual(['rotate shop']);
  expect(stdout.split('\n')).toEqual([
    'DB_HOST=127.0.0.1',
    'DB_PORT=3306',
    'DB_READ_PORT=3307',
    'DB_NAME=shop',
    'DB_USER=shop',
    'DB_PASSWORD=sample-password',
    '',
  ]);
});

test.each([
  {
    line: 'db shell shop',
    place: { database: 'shop', user: 'shop', password: 'sample-password', host: '127.0.0.1', port: 3306 },
  },
  { line: 'db shell', place: undefined },
])('$line opens the client', async ({ line, place }) => {
  const opened: (SqlPlace | undefined)[] = [];
  const sql = async (where: SqlPlace | undefined): Promise<boolean> => {
    opened.push(where);
    return true;
  };
  expect((await muster(line, { operator: { sql } })).code).toBe(0);
  expect(opened).toEqual([place]);
});

test.each([
  { what: 'the name', line: 'db drop shop', typed: 'shop', code: 0, orders: ['drop shop'] },
  { what: 'a mere yes', line: 'db drop shop', typed: 'yes', code: 1, orders: [] },
  { what: '--yes', line: 'db drop shop --yes', code: 0, orders: ['drop shop'] },
  { what: 'nobody there', line: 'db drop shop', code: 2, orders: [] },
])('drop after $what', async ({ line, typed, code, orders }) => {
  const client = fakeClient();
  const operator = typed === undefined ? {} : { canAnswer: true, answer: async () => typed };
  const outcome = await muster(line, { client, operator });
  expect([outcome.code, client.orders]).toEqual([code, orders]);
  expect(outcome.stderr).toContain('The database shop holds 2.0 MiB. All of it is deleted, on every node.');
});

test('a database that is not there is no drop', async () => {
  expect(await muster('db drop nothing --yes')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('muster db ls'),
  });
});
