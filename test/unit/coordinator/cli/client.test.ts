import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createApp } from '../../../../agent/api/app.ts';
import type { Listener } from '../../../../agent/api/listener.ts';
import { serveLocal } from '../../../../agent/api/server.ts';
import { Accounts } from '../../../../agent/host/accounts.ts';
import { SystemFiles } from '../../../../agent/host/files.ts';
import { type Client, createClient } from '../../../../coordinator/cli/client.ts';
import { fakeClient } from '../../../support/fake-client.ts';
import { muster } from '../../../support/fake-context.ts';
import { type FakeHandle, fakeHandle, SampleSettings, sampleEvent } from '../../../support/fake-handle.ts';

let folder: string;
let path: string;
let client: Client;
let interrupt: AbortController;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'muster-client-'));
  path = join(folder, 'agent.sock');
  interrupt = new AbortController();
  client = createClient({ socketPath: path, signal: interrupt.signal });
});

afterEach(async () => {
  interrupt.abort();
  await rm(folder, { recursive: true });
});

async function serve(handle: FakeHandle): Promise<Listener> {
  const onBug = (): void => undefined;
  const app = createApp({
    handle,
    settings: SampleSettings,
    docs: async () => undefined,
    access: 'local',
    onBug,
  });
  return serveLocal(app, { path, files: new SystemFiles(new Accounts()), onError: onBug });
}

test('every read is understood', async () => {
  const agent = await serve(fakeHandle());

  const answers = await Promise.all([
    client.status(),
    client.events(2),
    client.plan(),
    client.doctor(),
    client.why('b1'),
    client.settings(),
    client.settingsSchema(),
  ]);

  expect(answers.map((answer) => answer.schemaVersion)).toEqual(Array.from({ length: 7 }, () => 1));
  await agent.close();
});

test('a whole change goes through, and what is refused says where', async () => {
  const handle = fakeHandle();
  const agent = await serve(handle);

  const good = await muster('settings set -y web.workers=4', { client });
  const bad = await muster('settings set -y web.spare=many', { client });

  expect([good.code, bad.code]).toEqual([0, 2]);
  expect(bad.stderr).toContain("web.spare: must be a whole number from 0 to 64, got 'many'");
  expect(handle.changes).toHaveLength(1);
  await agent.close();
});

test('followed events come as they happen; the end of the agent ends them with 5', async () => {
  const handle = fakeHandle();
  const agent = await serve(handle);
  const following = muster('events -f -n 1 --json', { client });
  await expect.poll(() => handle.followers()).toBe(1);

  handle.emit(sampleEvent(4));
  await agent.close();

  const { code, stdout, stderr } = await following;
  expect(stdout.trimEnd().split('\n')).toHaveLength(2);
  expect([code, stderr.includes('agent-unreachable')]).toEqual([5, true]);
});

test('no agent is unreachable, with what to do', async () => {
  const { code, stdout, stderr } = await muster('status', { client });

  expect([code, stdout]).toEqual([5, '']);
  expect(stderr).toMatch(/next {2}(systemctl start muster|muster agent --detach)/);
});

test.each([
  [200, 'hello', 'not understood'],
  [200, '{"schemaVersion":2}', 'not understood'],
  [500, '<html>', 'not understood'],
  [500, '{"error":{"code":"new","what":"a new trouble","why":"y","next":"n"}}', 'a new trouble'],
])('an answer of status %i with %s is told apart', async (status, body, what) => {
  const stranger = createServer((_, response) => response.writeHead(status).end(body));
  const { promise, resolve } = Promise.withResolvers<void>();
  stranger.listen(path, resolve);
  await promise;

  const { code, stderr } = await muster('status', { client });

  expect(code).toBe(1);
  expect(stderr).toContain(what);
  stranger.close();
});

const change = { schemaVersion: 1, sentence: 'done' };
const removal = { ...change, removed: false };
const fake = fakeClient();
const node = await fake.node('b1');
const made = await fake.createToken({ uses: 1 });
const inspection = await fake.inspectToken(made.token);

test.each<[string, (client: Client) => Promise<unknown>, object, string, string]>([
  ['drain', (c) => c.drainNode('b1', true), change, 'PUT /v1/nodes/b1/drained', '{"drained":true}'],
  [
    'undrain',
    (c) => c.drainNode('b/1', false, true),
    change,
    'PUT /v1/nodes/b%2F1/drained?dry-run=1',
    '{"drained":false}',
  ],
  ['remove', (c) => c.removeNode('b1'), removal, 'DELETE /v1/nodes/b1', ''],
  ['ask about a removal', (c) => c.removeNode('b1', true), removal, 'DELETE /v1/nodes/b1?dry-run=1', ''],
  ['wish', (c) => c.wishRole('b1', 'web', 'set'), change, 'PUT /v1/nodes/b1/roles/web', '{"wish":"set"}'],
  [
    'ask about a wish',
    (c) => c.wishRole('b1', 'db', 'auto', true),
    change,
    'PUT /v1/nodes/b1/roles/db?dry-run=1',
    '{"wish":"auto"}',
  ],
  ['tokens', (c) => c.tokens(), { schemaVersion: 1, tokens: [] }, 'GET /v1/tokens', ''],
  ['a node', (c) => c.node('b1'), node, 'GET /v1/nodes/b1', ''],
  ['create', (c) => c.createToken({ uses: 1 }), made, 'POST /v1/tokens', '{"uses":1}'],
  ['inspect', (c) => c.inspectToken('t'), inspection, 'POST /v1/tokens/inspect', '{"token":"t"}'],
  ['revoke', (c) => c.revokeToken('t?'), change, 'DELETE /v1/tokens/t%3F', ''],
])('%s is asked for as the contract says', async (_, call, answer, line, body) => {
  const asked: string[] = [];
  const agent = createServer((request, response) => {
    void text(request).then((body) => {
      asked.push(`${request.method ?? ''} ${request.url ?? ''}`, body, request.headers['content-type'] ?? '');
      response.end(JSON.stringify(answer));
    });
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  agent.listen(path, resolve);
  await promise;

  expect(await call(client)).toEqual(answer);

  expect(asked).toEqual([line, body, body === '' ? '' : 'application/json']);
  agent.close();
});

test('an interrupt ends what is under way', async () => {
  const handle = fakeHandle();
  const agent = await serve(handle);
  const following = muster('events -f', { client, signal: interrupt.signal });
  await expect.poll(() => handle.followers()).toBe(1);

  interrupt.abort();

  expect((await following).code).toBe(130);
  await agent.close();
});
