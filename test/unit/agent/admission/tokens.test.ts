import { beforeEach, describe, expect, test } from 'vitest';
import { admit } from '../../../../agent/admission/admit.ts';
import { createToken, inspectToken, listTokens, revokeToken } from '../../../../agent/admission/tokens.ts';
import { clusterKey, decisionsPrefix } from '../../../../coordinator/store/keys.ts';
import { MemoryDecisions } from '../../../../coordinator/store/memory.ts';
import { decodeToken, encodeToken, TokenOptions } from '../../../../roles/model/token.ts';
import {
  type AdmittingCluster,
  admittingCluster,
  clusterId,
  requestOf,
} from '../../../support/admitting-cluster.ts';
import { FakeClock } from '../../../support/fake-clock.ts';

const place = { addresses: ['10.0.0.1'], pin: `sha256//${'A'.repeat(43)}=` };
const options = TokenOptions.parse({});
const dayMs = 86_400_000;

let cluster: AdmittingCluster;
beforeEach(async () => {
  cluster = await admittingCluster();
});

describe('a new token', () => {
  test('is good for an hour and ten machines', async () => {
    const { text, record } = await createToken(cluster, place, options);
    expect(decodeToken(text)).toMatchObject({ ...place, clusterId, expiresAt: '2026-01-01T01:00:00.000Z' });
    expect(record).toMatchObject({ usesLeft: 10, createdAt: '2026-01-01T00:00:00.000Z' });
  });

  test('leaves no secret in the store', async () => {
    const { token } = await createToken(cluster, place, options);
    const stored = JSON.stringify(await cluster.decisions.read(decisionsPrefix));
    expect(stored).toContain(token.id);
    expect(stored).not.toContain(token.secret);
  });

  test('is unlike all others', async () => {
    const [one, other] = [
      await createToken(cluster, place, options),
      await createToken(cluster, place, options),
    ];
    expect(one.token.id).not.toBe(other.token.id);
    expect(one.token.secret).not.toBe(other.token.secret);
  });

  test('lasts as long as asked for', async () => {
    const { record } = await createToken(cluster, place, { ...options, lifetimeMinutes: 5, uses: 1 });
    expect(record).toMatchObject({ usesLeft: 1, expiresAt: '2026-01-01T00:05:00.000Z' });
  });

  test('clears away what is over for a day', async () => {
    const { token } = await createToken(cluster, place, options);
    await cluster.clock.advance(dayMs);
    await createToken(cluster, place, options);
    expect(Object.keys((await cluster.known()).tokens)).toContain(token.id);
    await cluster.clock.advance(3_600_001);
    await createToken(cluster, place, options);
    expect(Object.keys((await cluster.known()).tokens)).not.toContain(token.id);
  });

  test('is not made where the decisions do not say which cluster this is', async () => {
    const clock = new FakeClock();
    const decisions = new MemoryDecisions(clock);
    await expect(createToken({ decisions, clock }, place, options)).rejects.toMatchObject({
      code: 'state-unreadable',
    });
    await decisions.transact({ conditions: [], put: { [clusterKey]: '{}' } });
    await expect(createToken({ decisions, clock }, place, options)).rejects.toMatchObject({
      code: 'state-unreadable',
    });
  });
});

test('tokens are listed with what became of them, those that end last first', async () => {
  const short = await createToken(cluster, place, { ...options, lifetimeMinutes: 5 });
  const long = await createToken(cluster, place, options);
  await cluster.clock.advance(10 * 60_000);
  const listed = listTokens(await cluster.known(), cluster.clock.now());
  expect(listed.map(({ record, state }) => [record.id, state])).toEqual([
    [long.token.id, 'good'],
    [short.token.id, 'expired'],
  ]);
});

describe('a token that is taken back', () => {
  test('stays listed as revoked', async () => {
    const { token } = await createToken(cluster, place, options);
    expect(await revokeToken(cluster, token.id)).toMatchObject({ revoked: true, usesLeft: 10 });
    const [listed] = listTokens(await cluster.known(), cluster.clock.now());
    expect(listed?.state).toBe('revoked');
  });

  test('has to be there', async () => {
    await expect(revokeToken(cluster, 'tzzzzzzzzzzzz')).rejects.toMatchObject({ code: 'not-found' });
  });

  test('keeps the use that came first', async () => {
    const token = await cluster.token();
    const key = cluster.ca.privateKeyPem;
    cluster.decisions.meanwhile.push(() => admit(cluster, requestOf(token, key)));
    expect(await revokeToken(cluster, token.id)).toMatchObject({ revoked: true, usesLeft: 9 });
  });
});

describe('a pasted token is looked into', () => {
  test('without telling its secret', async () => {
    const { text, token } = await createToken(cluster, place, options);
    const { tokens } = await cluster.known();
    const found = inspectToken(text, tokens, cluster.clock.now());
    expect(found).toMatchObject({ id: token.id, clusterId, state: 'good', usesLeft: 10 });
    expect(JSON.stringify(found)).not.toContain(token.secret);
  });

  test('also where nothing of it is known', async () => {
    const { token, text } = await createToken(cluster, place, options);
    expect(inspectToken(text, {}, cluster.clock.now()).state).toBe('unknown');
    const forged = encodeToken({ ...token, secret: Buffer.alloc(16).toString('base64url') });
    expect(inspectToken(forged, (await cluster.known()).tokens, cluster.clock.now()).state).toBe('unknown');
  });

  test('and a damaged one is refused', () => {
    expect(() => inspectToken('muster1.abc', {}, cluster.clock.now())).toThrow('it ends too early');
  });
});
