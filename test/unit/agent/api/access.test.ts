import { expect, test } from 'vitest';
import type { Connection } from '../../../../agent/api/access.ts';
import { calledApp, errorIn, shownBy } from '../../../support/called-app.ts';
import { fakeHandle } from '../../../support/fake-handle.ts';

const member = shownBy('naaaaaaaaaaaa.muster');

test.each<[string, string, 'GET' | 'POST']>([
  ['the greeting', '/', 'GET'],
  ['its pulse', '/healthz', 'GET'],
  ['the manual', '/docs/cli', 'GET'],
  ['the script', '/install.sh', 'GET'],
  ['the payload', '/payload/node', 'GET'],
  ['a tombstone', '/v1/tombstones/nbbbbbbbbbbbb', 'GET'],
  ['admission', '/v1/join', 'POST'],
  ['a certificate', '/v1/renew', 'POST'],
])('%s may be asked for by strangers', async (_, path, method) => {
  const response = await calledApp(fakeHandle(), 'certified')(path, { method });
  const refusal = response.status < 400 ? '' : await response.text();
  expect(response.status, refusal).not.toBe(401);
  expect(refusal).not.toContain('is for members of the cluster');
});

test.each([
  '/v1/status',
  '/v1/decisions',
  '/v1/decisions/watch',
  '/v1/tokens',
  '/docs',
  '/v1/joins',
  '/healthz/x',
])('%s may not', async (path) => {
  const response = await calledApp(fakeHandle(), 'certified')(path);
  expect(response.status).toBe(401);
  expect(await errorIn(response)).toMatchObject({
    code: 'not-allowed',
    what: expect.stringContaining(path),
  });
});

test.each<[string, Connection, number]>([
  ['of a member', member, 200],
  ['of a member, not signed by the authority', shownBy('naaaaaaaaaaaa.muster', false), 401],
  ['of a node that is none any more', shownBy('nbbbbbbbbbbbb.muster'), 403],
  ['in another name', shownBy('www.example.com'), 401],
  ['in the name of a part', shownBy('naaaaaaaaaaaa.muster.example.com'), 401],
  ['in no name', shownBy(undefined), 401],
  ['of nobody', { incoming: { socket: { authorized: true } } }, 401],
  ['without a connection', {}, 401],
])('a certificate %s', async (_, connection, status) => {
  const response = await calledApp(fakeHandle(), 'certified')('/v1/status', { connection });
  expect(response.status).toBe(status);
});

test('a removed node hears why, and what to do', async () => {
  const handle = fakeHandle({ strangeness: () => 'it was removed at noon' });
  const response = await calledApp(handle, 'certified')('/v1/status', { connection: member });
  expect(response.status).toBe(403);
  expect(await errorIn(response)).toMatchObject({
    what: 'naaaaaaaaaaaa is no member of this cluster',
    why: 'it was removed at noon',
    next: expect.stringContaining('muster uninstall'),
  });
});
