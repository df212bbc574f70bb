import { expect, test } from 'vitest';
import type { Access, Connection } from '../../../../agent/api/access.ts';
import { createApp } from '../../../../agent/api/app.ts';
import {
  DoctorReport,
  ErrorReport,
  EventsReport,
  PlanReport,
  SettingsReport,
  SettingsSchemaReport,
  StatusReport,
  WhyReport,
} from '../../../../agent/api/contract.ts';
import type { App } from '../../../../agent/api/parts.ts';
import type { MusterError } from '../../../../roles/model/errors.ts';
import { type FakeHandle, fakeHandle, SampleSettings, sampleEvent } from '../../../support/fake-handle.ts';

interface Setup {
  readonly app: App;
  readonly handle: FakeHandle;
  readonly bugs: MusterError[];
}

function setup(access: Access = 'local', handle = fakeHandle()): Setup {
  const bugs: MusterError[] = [];
  const pages: Record<string, string> = { cli: '# The muster command\n' };
  const app = createApp({
    handle,
    settings: SampleSettings,
    docs: async (topic) => pages[topic],
    access,
    onBug: (error) => bugs.push(error),
  });
  return { app, handle, bugs };
}

async function errorOf(response: Response): Promise<ErrorReport['error']> {
  const { error } = ErrorReport.parse(await response.json());
  expect([error.what, error.why, error.next]).not.toContain('');
  expect(JSON.stringify(error)).not.toMatch(/\bat .*:\d+:\d+/);
  return error;
}

function put(app: App, body: unknown, path = '/v1/settings', type = 'application/json'): Promise<Response> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return Promise.resolve(app.request(path, { method: 'PUT', body: text, headers: { 'content-type': type } }));
}

test.each([
  ['/v1/status', StatusReport],
  ['/v1/events', EventsReport],
  ['/v1/events?after=1&limit=1', EventsReport],
  ['/v1/plan', PlanReport],
  ['/v1/settings', SettingsReport],
  ['/v1/settings/schema', SettingsSchemaReport],
  ['/v1/nodes/b1/why', WhyReport],
  ['/v1/nodes/naaaaaaaaaaaa/why', WhyReport],
  ['/v1/doctor', DoctorReport],
] as const)('GET %s answers by the contract', async (path, schema) => {
  const response = await setup().app.request(path);

  expect(response.status).toBe(200);
  expect(response.headers.get('cache-control')).toBe('no-store');
  expect(schema.safeParse(await response.json()).error).toBeUndefined();
});

test.each([
  ['/healthz', 'ok\n'],
  ['/', 'muster API; use the CLI on the machine\n'],
  ['/docs/cli', '# The muster command\n'],
])('GET %s is plain text for everyone', async (path, text) => {
  const response = await setup('certified').app.request(path);

  expect(response.headers.get('content-type')).toMatch(/^text\/plain/);
  expect(await response.text()).toBe(text);
});

test.each([
  ['GET', '/v2/status', 404, 'not-found', '/v2/status'],
  ['GET', '/v1/nodes/b9/why', 404, 'not-found', 'b9'],
  ['GET', '/docs/nosuch', 404, 'not-found', "'nosuch'"],
  ['POST', '/v1/status', 405, 'request-invalid', 'does not take POST'],
  ['DELETE', '/v1/settings', 405, 'request-invalid', 'does not take DELETE'],
  ['GET', '/v1/events?limit=many', 400, 'request-invalid', 'limit: must be a whole number from 0 to 1000'],
  ['GET', '/v1/events?limit=NaN', 400, 'request-invalid', "got 'NaN'"],
  ['GET', '/v1/events?limit=-1', 400, 'request-invalid', "got '-1'"],
  ['GET', '/v1/events?limit=1e3', 400, 'request-invalid', "got '1e3'"],
  ['GET', '/v1/events?limit=', 400, 'request-invalid', "got ''"],
  ['GET', '/v1/events?limit=1001', 400, 'request-invalid', 'got 1001'],
  ['GET', '/v1/events?limit=1&limit=2', 400, 'request-invalid', 'limit: must be'],
  ['GET', '/v1/events?after=99999999999999999999', 400, 'request-invalid', 'after: must be'],
  ['GET', '/v1/events?lmit=1', 400, 'request-invalid', 'lmit: there is no such key'],
  ['GET', '/v1/events?__proto__=1', 400, 'request-invalid', 'there is no such key'],
  ['GET', '/v1/nodes/%ZZ/why', 400, 'request-invalid', 'node: must be'],
  ['GET', '/v1/nodes/B1%00/why', 400, 'request-invalid', 'node: must be'],
  ['GET', '/docs/..%2f..%2fetc%2fpasswd', 400, 'request-invalid', 'topic: must be'],
  ['GET', '/docs/.%2e%2fidentity', 400, 'request-invalid', 'topic: must be'],
  ['GET', '/docs/cli%00.md', 400, 'request-invalid', 'topic: must be'],
  ['GET', '/docs/../../etc/passwd', 404, 'not-found', '/etc/passwd'],
] as const)('%s %s is refused with %i and a sentence', async (method, path, status, code, what) => {
  const response = await setup().app.request(path, { method });

  expect(response.status).toBe(status);
  expect(await errorOf(response)).toMatchObject({ code, what: expect.stringContaining(what) });
});

test.each<[string, unknown, string, number, string, string]>([
  ['an unknown key', { web: { worker: 1 } }, '', 422, 'settings-invalid', 'web.worker: there is no such key'],
  ['a wrong value', { web: { workers: 'many' } }, '', 422, 'settings-invalid', "web.workers: must be 'auto'"],
  ['a list', [], '', 400, 'request-invalid', 'settings: must be'],
  ['an old revision', {}, '', 409, 'settings-changed', 'revision 7'],
])('PUT with %s changes nothing', async (kind, settings, _, status, code, what) => {
  const { app, handle } = setup();

  const response = await put(app, { revision: kind === 'an old revision' ? 6 : 7, settings });

  expect(response.status).toBe(status);
  expect(await errorOf(response)).toMatchObject({ code, what: expect.stringContaining(what) });
  expect(handle.changes).toEqual([]);
});

test.each([
  ['not JSON', '{"revision": 7', 'application/json', 400, 'the body is not JSON'],
  ['nothing', '', 'application/json', 400, 'the body is not JSON'],
  ['no settings', '{"revision": 7}', 'application/json', 400, 'settings: must be given'],
  ['a form', 'revision=7', 'application/x-www-form-urlencoded', 415, 'application/json'],
  ['too much', 'x'.repeat(256 * 1024 + 1), 'application/json', 413, '256 KiB'],
])('a body of %s is refused', async (_, body, type, status, what) => {
  const { app, handle } = setup();

  const response = await put(app, body, '/v1/settings', type);

  expect(response.status).toBe(status);
  expect((await errorOf(response)).what).toContain(what);
  expect(handle.changes).toEqual([]);
});

test('settings are stored whole, with defaults filled in', async () => {
  const { app, handle } = setup();

  const response = await put(app, { revision: 7, settings: { web: { workers: 4 } } });

  expect(SettingsReport.parse(await response.json())).toMatchObject({ revision: 8 });
  expect(handle.changes[0]?.settings).toMatchObject({ cluster: { name: 'muster' }, web: { workers: 4 } });
});

test('a dry run answers with what would be and changes nothing', async () => {
  const { app, handle } = setup();

  const response = await put(
    app,
    { revision: 7, settings: { web: { workers: 4 } } },
    '/v1/settings?dry-run=1',
  );

  expect(SettingsReport.parse(await response.json()).settings).toMatchObject({
    web: { workers: 4, spare: 2 },
  });
  expect(handle.changes).toEqual([]);
});

test.each([
  ['/v1/status', false, 401],
  ['/v1/nosuch', undefined, 401],
  ['/v1/status', true, 200],
  ['/healthz', undefined, 200],
])('over the network %s with authorized %s answers %i', async (path, authorized, status) => {
  const getPeerCertificate = (): object => ({ subject: { CN: 'naaaaaaaaaaaa.muster' } });
  const socket = authorized === undefined ? {} : { authorized, getPeerCertificate };
  const connection: Connection = { incoming: { socket } };

  const response = await setup('certified').app.request(path, {}, connection);

  expect(response.status).toBe(status);
  if (status === 401) expect((await errorOf(response)).code).toBe('not-allowed');
});

test('an agent without decisions says so', async () => {
  const { app, handle } = setup();
  handle.current = undefined;

  const response = await app.request('/v1/status');

  expect(response.status).toBe(503);
  expect(await errorOf(response)).toMatchObject({ code: 'store-unreachable', why: 'The store answers.' });
});

test('a fault of ours is reported here and told without its stack there', async () => {
  const broken = fakeHandle({ plan: () => Promise.reject(new TypeError('x is undefined')) });
  const { app, bugs } = setup('local', broken);

  const response = await app.request('/v1/plan');

  expect(response.status).toBe(500);
  expect((await errorOf(response)).code).toBe('bug');
  expect(bugs).toHaveLength(1);
});

test('no event is given where none is asked for', async () => {
  const response = await setup().app.request('/v1/events?limit=0');

  expect(EventsReport.parse(await response.json()).events).toEqual([]);
});

test('followed events are the past, then the future, none twice, until the client goes', async () => {
  const { app, handle } = setup();
  const response = await app.request('/v1/events?follow=1&limit=2');
  expect(response.headers.get('content-type')).toBe('application/x-ndjson');
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();

  const past = [await reader?.read(), await reader?.read()];
  handle.emit(sampleEvent(3));
  handle.emit(sampleEvent(4));
  const future = await reader?.read();

  const sequences = [...past, future].map(
    (chunk) => (JSON.parse(chunk?.value ?? '') as { sequence: number }).sequence,
  );
  expect(sequences).toEqual([2, 3, 4]);
  await reader?.cancel();
  await expect.poll(() => handle.followers()).toBe(0);
});
