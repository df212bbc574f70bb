import { expect, test } from 'vitest';
import { ChangeReport, NodeReport, RemovalReport } from '../../../../agent/api/contract.ts';
import { type Call, calledApp, errorIn } from '../../../support/called-app.ts';
import { fakeHandle } from '../../../support/fake-handle.ts';
import { nodeView, viewOfNodes } from '../../../support/sample-views.ts';

const two = viewOfNodes([nodeView(1), nodeView(2, { silent: true })]);

test.each(['b1', 'naaaaaaaaaaaa'])('a node is found as %s', async (wanted) => {
  const response = await calledApp()(`/v1/nodes/${wanted}`);
  expect(NodeReport.parse(await response.json())).toMatchObject({
    node: { name: 'b1', self: true },
    ordinal: 1,
    why: { web: 'the only node carries every role' },
    hardware: { cores: 2 },
  });
});

test('of a node that has not spoken nothing is made up', async () => {
  const handle = fakeHandle();
  handle.current = two;
  const report = NodeReport.parse(await (await calledApp(handle)('/v1/nodes/b2')).json());
  expect(report.node).toMatchObject({ name: 'b2', self: false });
  expect(report).not.toHaveProperty('hardware');
  expect(report).not.toHaveProperty('admittedAt');
});

test('a node tells since when it is one', async () => {
  const handle = fakeHandle();
  const [first] = two.nodes;
  const issuedAt = '2026-01-01T09:00:00.000Z';
  const admission = { record: { issuedAt }, signature: '' } as NonNullable<
    NonNullable<typeof first>['record']['admission']
  >;
  if (first !== undefined)
    handle.current = viewOfNodes([{ ...first, record: { ...first.record, admission } }]);
  expect(await (await calledApp(handle)('/v1/nodes/b1')).json()).toMatchObject({ admittedAt: issuedAt });
});

test.each<[string, Call, string]>([
  ['/v1/nodes/b1/drained', { method: 'PUT', body: { drained: true } }, 'drain b1'],
  ['/v1/nodes/b1/drained', { method: 'PUT', body: { drained: false } }, 'undrain b1'],
  ['/v1/nodes/b1/roles/web', { method: 'PUT', body: { wish: 'forbid' } }, 'forbid web on b1'],
  ['/v1/nodes/b1', { method: 'DELETE' }, 'remove b1'],
])('%s carries a word, and only tells it on a dry run', async (path, call, word) => {
  const handle = fakeHandle();
  const app = calledApp(handle);
  const schema = call.method === 'DELETE' ? RemovalReport : ChangeReport;
  const dry = schema.parse(await (await app(`${path}?dry-run=1`, call)).json());
  expect([dry.sentence, handle.words]).toEqual([word, []]);
  const done = schema.parse(await (await app(path, call)).json());
  expect([done.sentence, handle.words]).toEqual([word, [word]]);
});

test.each<[string, string, Call, number, string]>([
  ['an unknown node', '/v1/nodes/b9', {}, 404, 'b9'],
  ['a name that is none', '/v1/nodes/B%209', {}, 400, 'node: must be'],
  ['a role that is none', '/v1/nodes/b1/roles/mail', { method: 'PUT', body: { wish: 'set' } }, 400, 'mail'],
  ['a wish that is none', '/v1/nodes/b1/roles/web', { method: 'PUT', body: { wish: 'hope' } }, 400, 'hope'],
  [
    'more than is taken',
    '/v1/nodes/b1/drained',
    { method: 'PUT', body: { drained: true, so: 1 } },
    400,
    'so',
  ],
])('%s is refused', async (_, path, call, status, what) => {
  const handle = fakeHandle();
  const response = await calledApp(handle)(path, call);
  expect(response.status).toBe(status);
  expect((await errorIn(response)).what).toContain(what);
  expect(handle.words).toEqual([]);
});

test.each<[string, 'PUT' | 'POST']>([
  ['/v1/nodes/b1/drained', 'PUT'],
  ['/v1/nodes/b1/roles/web', 'PUT'],
  ['/v1/tokens', 'POST'],
  ['/v1/tokens/inspect', 'POST'],
  ['/v1/join', 'POST'],
  ['/v1/renew', 'POST'],
])('%s takes JSON of a bearable size only', async (path, method) => {
  const app = calledApp();
  const form = await app(path, { method, headers: { 'content-type': 'text/plain' } });
  expect([form.status, (await errorIn(form)).code]).toEqual([415, 'request-invalid']);
  const large = await app(path, { method, body: 'x'.repeat(256 * 1024) });
  expect([large.status, (await errorIn(large)).what]).toEqual([413, 'the body is larger than 256 KiB']);
});
