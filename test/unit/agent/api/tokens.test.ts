import { expect, test } from 'vitest';
import { createToken, inspectToken } from '../../../../agent/admission/tokens.ts';
import { ChangeReport, InspectionReport, TokenReport, TokensReport } from '../../../../agent/api/contract.ts';
import type { Decider } from '../../../../agent/api/decider.ts';
import type { AgentHandle } from '../../../../agent/api/handle.ts';
import type { PeerRequest } from '../../../../agent/decisions/peer-api.ts';
import { admittingCluster, authorityOf } from '../../../support/admitting-cluster.ts';
import { calledApp, errorIn, shownBy } from '../../../support/called-app.ts';
import { fakeHandle, goodToken } from '../../../support/fake-handle.ts';

const place = { addresses: ['10.0.0.9'], pin: `sha256//${'B'.repeat(43)}=` };

test('a token comes with the lines to paste, for the node that was asked', async () => {
  const response = await calledApp()('/v1/tokens', { method: 'POST', body: {} });
  const { id, uses, lines } = TokenReport.parse(await response.json());
  expect([id, uses]).toEqual([goodToken, 10]);
  expect(lines.curl).toContain('https://10.0.0.5:7701/install.sh');
  expect(lines.wget).toContain('--token muster1.x.y');
});

test('a node that passes the word on names itself as the place', async () => {
  const passed: PeerRequest[] = [];
  const passOn: AgentHandle['passOn'] = async (request) => {
    passed.push(request);
    return { status: 200, body: '{}' };
  };
  const handle = fakeHandle({ decider: () => undefined, passOn, place: async () => place });
  await calledApp(handle)('/v1/tokens', { method: 'POST', body: { uses: 3 } });
  expect(passed).toMatchObject([{ method: 'POST', path: '/v1/tokens' }]);
  expect(JSON.parse(passed[0]?.body ?? '')).toEqual({ uses: 3, lifetimeMinutes: 60, place });
});

test('a voter that is passed it keeps the place of whom it was passed by', async () => {
  const places: unknown[] = [];
  const handle = fakeHandle();
  const decider: Decider = {
    ...(handle.decider() as Decider),
    createToken: async (options, at) => {
      places.push(at);
      return {
        id: goodToken,
        text: 'muster1.x.y',
        expiresAt: '2026-01-01T13:00:00.000Z',
        uses: options.uses,
      };
    },
  };
  const response = await calledApp({ ...handle, decider: () => decider })('/v1/tokens', {
    method: 'POST',
    body: { place },
  });
  expect(TokenReport.parse(await response.json()).lines.curl).toContain('https://10.0.0.9:7701/');
  expect(places).toEqual([place]);
});

test.each([
  { body: { uses: 0 }, what: 'uses' },
  { body: { lifetimeMinutes: 10_081 }, what: 'lifetimeMinutes' },
  { body: { place: { addresses: [], pin: place.pin } }, what: 'place' },
  { body: { forever: true }, what: 'forever' },
])('$body is refused', async ({ body, what }) => {
  const response = await calledApp()('/v1/tokens', { method: 'POST', body });
  expect(response.status).toBe(400);
  expect((await errorIn(response)).what).toContain(what);
});

test('a list of tokens holds no hash, and one is revoked by its id', async () => {
  const cluster = await admittingCluster(await authorityOf());
  const { record } = await createToken(cluster, place, { lifetimeMinutes: 60, uses: 2 });
  const handle = fakeHandle({ tokens: () => [{ state: 'good', record }] });
  const app = calledApp(handle);
  const listed = await (await app('/v1/tokens')).text();
  expect(TokensReport.parse(JSON.parse(listed)).tokens).toMatchObject([{ id: record.id, usesLeft: 2 }]);
  expect(listed).not.toContain(record.secretHash);
  const gone = await app(`/v1/tokens/${record.id}`, { method: 'DELETE' });
  expect(ChangeReport.parse(await gone.json()).sentence).toBe(`revoke ${record.id}`);
  expect((await app('/v1/tokens/x', { method: 'DELETE' })).status).toBe(400);
});

test('a token is looked into over the local socket only', async () => {
  const cluster = await admittingCluster(await authorityOf());
  const { text, token } = await createToken(cluster, place, { lifetimeMinutes: 60, uses: 2 });
  const handle = fakeHandle({ inspect: (pasted) => inspectToken(pasted, {}, cluster.clock.now()) });
  const call = { method: 'POST', body: { token: text } } as const;
  const answer = await (await calledApp(handle)('/v1/tokens/inspect', call)).text();
  expect(InspectionReport.parse(JSON.parse(answer))).toMatchObject({ id: token.id, state: 'unknown' });
  expect(answer).not.toContain(token.secret);
  const connection = shownBy('naaaaaaaaaaaa.muster');
  const refused = await calledApp(handle, 'certified')('/v1/tokens/inspect', { ...call, connection });
  expect(refused.status).toBe(405);
});
