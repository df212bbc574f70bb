import { expect, test } from 'vitest';
import { askedByNode } from '../../../../agent/api/contract.ts';
import type { PeerRequest } from '../../../../agent/decisions/peer-api.ts';
import { type Call, calledApp, errorIn } from '../../../support/called-app.ts';
import { type FakeHandle, fakeHandle } from '../../../support/fake-handle.ts';

/** A node that keeps no decisions, beside a voter that answers as told. */
function follower(
  status = 200,
  body = '{"said":"by the voter"}',
): { handle: FakeHandle; passed: PeerRequest[] } {
  const passed: PeerRequest[] = [];
  const handle = fakeHandle({
    decider: () => undefined,
    passOn: async (request) => {
      passed.push(request);
      return { status, body };
    },
  });
  return { handle, passed };
}

const settings = { revision: 7, settings: { web: { workers: 4 } } };

test('a voter decides itself', async () => {
  const handle = fakeHandle();
  const response = await calledApp(handle)('/v1/nodes/b1/drained', {
    method: 'PUT',
    body: { drained: true },
  });
  expect([response.status, handle.words]).toEqual([200, ['drain b1']]);
});

test.each<[string, string, Call, Partial<PeerRequest>]>([
  [
    'a word on a node',
    '/v1/nodes/b2/drained?dry-run=1',
    { method: 'PUT', body: { drained: true } },
    { method: 'PUT', path: '/v1/nodes/b2/drained?dry-run=1', body: '{"drained":true}' },
  ],
  [
    'a removal, which has no body',
    '/v1/nodes/b2',
    { method: 'DELETE' },
    { method: 'DELETE', path: '/v1/nodes/b2' },
  ],
  [
    'settings, with their defaults',
    '/v1/settings',
    { method: 'PUT', body: settings },
    { method: 'PUT', path: '/v1/settings', body: expect.stringContaining('"spare":2') as string },
  ],
])('another node passes on %s', async (_, path, call, expected) => {
  const { handle, passed } = follower();
  const response = await calledApp(handle)(path, call);
  expect(passed).toEqual([expected]);
  expect(response.headers.get('content-type')).toBe('application/json');
  expect([response.status, await response.json()]).toEqual([200, { said: 'by the voter' }]);
});

test('what the voter refuses comes back as it was said', async () => {
  const { handle } = follower(409, '{"error":"as it is"}');
  const response = await calledApp(handle)('/v1/settings', { method: 'PUT', body: settings });
  expect([response.status, await response.text()]).toEqual([409, '{"error":"as it is"}']);
});

test('what a node passes on is not passed on again', async () => {
  const { handle, passed } = follower();
  const headers = { [askedByNode]: '1' };
  const response = await calledApp(handle)('/v1/nodes/b2', { method: 'DELETE', headers });
  expect([response.status, passed]).toEqual([503, []]);
  expect(await errorIn(response)).toMatchObject({ code: 'store-unreachable' });
});

test('nothing is passed on that is no good here already', async () => {
  const { handle, passed } = follower();
  const call = calledApp(handle);
  const answers = await Promise.all([
    call('/v1/nodes/b2/drained', { method: 'PUT', body: { drained: 'perhaps' } }),
    call('/v1/nodes/b2?dry-run=2', { method: 'DELETE' }),
    call('/v1/nodes/b2/roles/node', { method: 'PUT', body: { wish: 'set' } }),
  ]);
  expect(answers.map(({ status }) => status)).toEqual([400, 400, 400]);
  expect(passed).toEqual([]);
});

test('a dry run of settings needs no voter', async () => {
  const { handle, passed } = follower();
  const response = await calledApp(handle)('/v1/settings?dry-run=1', { method: 'PUT', body: settings });
  expect([response.status, passed]).toEqual([200, []]);
});
