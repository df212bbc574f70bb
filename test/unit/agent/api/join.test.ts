import { beforeAll, expect, test } from 'vitest';
import { renewRequest } from '../../../../agent/admission/renewal.ts';
import { type JoinRequest, JoinReview } from '../../../../agent/admission/request.ts';
import type { PeerRequest } from '../../../../agent/decisions/peer-api.ts';
import type { PayloadFiles } from '../../../../agent/host/payload-files.ts';
import { createIdentity } from '../../../../agent/local/identity.ts';
import type { SignedTombstone } from '../../../../roles/model/admission.ts';
import { admittingCluster, authorityOf, requestOf } from '../../../support/admitting-cluster.ts';
import { calledApp, errorIn } from '../../../support/called-app.ts';
import { certificateKey } from '../../../support/certificate-key.ts';
import { fakeHandle, goodToken } from '../../../support/fake-handle.ts';

const keyPem = certificateKey().publicPem;
const payload: PayloadFiles = {
  open: async (path) =>
    path === 'install.sh' || path === 'docs/cli.md'
      ? { bytes: path.length, stream: new Blob([path]).stream() }
      : undefined,
};
const secret = 'AAECAwQFBgcICQoLDA0ODw';

let request: JoinRequest;
beforeAll(async () => {
  const cluster = await admittingCluster(await authorityOf());
  request = { ...requestOf(await cluster.token(), keyPem), tokenId: goodToken };
});

test('a machine that holds a token is judged by the voter', async () => {
  const response = await calledApp()('/v1/join', { method: 'POST', body: request });
  expect(response.status).toBe(403);
  expect(await errorIn(response)).toMatchObject({ code: 'node-refused', what: 'join as b2' });
});

test('a dry run says what would be', async () => {
  const response = await calledApp()('/v1/join?dry-run=1', { method: 'POST', body: request });
  expect(JoinReview.parse(await response.json())).toEqual({ notes: ['b2 would do'], known: false });
});

test('whoever has no good token costs the voter nothing', async () => {
  const passed: PeerRequest[] = [];
  const handle = fakeHandle({
    decider: () => undefined,
    passOn: async (asked) => {
      passed.push(asked);
      return { status: 200, body: '{}' };
    },
  });
  const app = calledApp(handle, 'certified');
  const wrong = await app('/v1/join', { method: 'POST', body: { ...request, tokenId: 'tbbbbbbbbbbbb' } });
  expect([wrong.status, (await errorIn(wrong)).code, passed]).toEqual([403, 'token-refused', []]);
  const { secret: _, ...bare } = request;
  expect((await app('/v1/join', { method: 'POST', body: bare })).status).toBe(400);
  await app('/v1/join?dry-run=1', { method: 'POST', body: request });
  expect(passed).toMatchObject([{ method: 'POST', path: '/v1/join?dry-run=1' }]);
  expect(JSON.parse(passed[0]?.body ?? '')).toEqual(request);
});

test.each<[string, string | undefined, string, number]>([
  ['no token', undefined, 'docs/cli.md', 403],
  ['a token of another form', 'Bearer x', 'docs/cli.md', 403],
  ['a token that is not good', `Muster tbbbbbbbbbbbb.${secret}`, 'docs/cli.md', 403],
  ['a good token', `Muster ${goodToken}.${secret}`, 'docs/cli.md', 200],
  ['a good token, for a file that is not there', `Muster ${goodToken}.${secret}`, 'docs/no.md', 404],
  ['a good token, for a file elsewhere', `Muster ${goodToken}.${secret}`, '..%2f..%2fetc%2fpasswd', 404],
])('the payload with %s', async (_, authorization, file, status) => {
  const headers = authorization === undefined ? {} : { authorization };
  const response = await calledApp(fakeHandle({ payload }), 'certified')(`/payload/${file}`, { headers });
  expect(response.status).toBe(status);
  if (status === 200) {
    expect(response.headers.get('content-length')).toBe(String(file.length));
    expect(await response.text()).toBe(file);
    return;
  }
  const { code, next } = await errorIn(response);
  expect([code, next]).not.toContain('');
});

test('the script is for everyone, and a checkout has none', async () => {
  const given = await calledApp(fakeHandle({ payload }), 'certified')('/install.sh');
  expect([given.status, await given.text()]).toEqual([200, 'install.sh']);
  const none = await calledApp(fakeHandle(), 'certified')('/install.sh');
  expect([none.status, (await errorIn(none)).code]).toEqual([404, 'not-found']);
});

test('a tombstone is for everyone', async () => {
  const signed = { tombstone: { nodeId: 'nbbbbbbbbbbbb' }, signature: 's' } as SignedTombstone;
  const handle = fakeHandle({ tombstone: (node) => (node === 'nbbbbbbbbbbbb' ? signed : undefined) });
  const app = calledApp(handle, 'certified');
  expect(await (await app('/v1/tombstones/nbbbbbbbbbbbb')).json()).toEqual(signed);
  expect((await app('/v1/tombstones/ncccccccccccc')).status).toBe(404);
  expect((await app('/v1/tombstones/b2')).status).toBe(400);
});

test('a certificate is asked for without one', async () => {
  const identity = createIdentity();
  const body = renewRequest(identity.nodeId, keyPem, identity.privateKeyPem);
  const app = calledApp(fakeHandle(), 'certified');
  const response = await app('/v1/renew', { method: 'POST', body });
  expect(await response.json()).toEqual({ certificatePem: `certificate of ${identity.nodeId}` });
  expect((await app('/v1/renew', { method: 'POST', body: { ...body, signature: 'x' } })).status).toBe(400);
});
