import { beforeEach, describe, expect, test } from 'vitest';
import { admit, wouldAdmit } from '../../../../agent/admission/admit.ts';
import { requireHeldToken } from '../../../../agent/admission/check-token.ts';
import { revokeToken } from '../../../../agent/admission/tokens.ts';
import { createIdentity } from '../../../../agent/local/identity.ts';
import { decisionsPrefix } from '../../../../coordinator/store/keys.ts';
import { asMusterError } from '../../../../roles/model/errors.ts';
import type { Token } from '../../../../roles/model/token.ts';
import { type AdmittingCluster, admittingCluster, requestOf } from '../../../support/admitting-cluster.ts';

const hourMs = 3_600_000;
let cluster: AdmittingCluster;
let token: Token;
beforeEach(async () => {
  cluster = await admittingCluster();
  token = await cluster.token({ uses: 1 });
});

const joining = (parts: Parameters<typeof requestOf>[2] = {}): ReturnType<typeof requestOf> =>
  requestOf(token, cluster.ca.privateKeyPem, parts);

describe('whoever holds a token', () => {
  const shown = (part: object = {}): Parameters<typeof requireHeldToken>[1] => ({
    tokenId: token.id,
    secret: token.secret,
    ...part,
  });
  const held = async (part: object = {}): Promise<void> =>
    requireHeldToken((await cluster.known()).tokens, shown(part), cluster.clock.now());

  test('is known by its secret, also when its uses are up', async () => {
    await expect(held()).resolves.toBeUndefined();
    await admit(cluster, joining());
    await expect(held()).resolves.toBeUndefined();
  });

  test.each<[string, () => Promise<void>, string]>([
    ['a name that nobody knows', () => held({ tokenId: 'tzzzzzzzzzzzz' }), 'opens nothing here'],
    ['a wrong secret', () => held({ secret: Buffer.alloc(16).toString('base64url') }), 'opens nothing here'],
    ['a name that every object knows', () => held({ tokenId: 'constructor' }), 'opens nothing here'],
    ['a secret of another length', () => held({ secret: 'x' }), 'opens nothing here'],
    ['a token that was revoked', () => revokeToken(cluster, token.id).then(() => held()), 'is revoked'],
    ['a token that is over', () => cluster.clock.advance(hourMs).then(() => held()), 'is expired'],
    [
      'a token that is used up and over',
      async () => {
        await admit(cluster, joining());
        await cluster.clock.advance(hourMs);
        return held();
      },
      'is expired',
    ],
  ])('holds nothing by %s', async (_, run, says) => {
    const error = await run().then(() => undefined, asMusterError);
    expect(error).toMatchObject({ code: 'token-refused', message: expect.stringContaining(says) });
  });
});

describe('whether a machine would be let in', () => {
  test('is said, with what would not be quite as it asks, and changes nothing', async () => {
    const before = await cluster.decisions.read(decisionsPrefix);
    expect(await wouldAdmit(cluster, joining())).toEqual({ notes: [], known: false });
    expect(await wouldAdmit(cluster, joining({ name: 'b1' }))).toMatchObject({
      notes: ['the name b1 belongs to another node, so this one is b1-2'],
    });
    expect(await cluster.decisions.read(decisionsPrefix)).toEqual(before);
  });

  test('says of a node of the cluster that it is known', async () => {
    const identity = createIdentity();
    await admit(cluster, joining({ identity }));
    expect(await wouldAdmit(cluster, joining({ identity }))).toMatchObject({ known: true });
  });

  test.each<[string, () => ReturnType<typeof requestOf>, string]>([
    ['an address that is taken', () => joining({ address: '10.0.0.1' }), 'node-refused'],
    ['a token that nobody knows', () => ({ ...joining(), tokenId: 'tzzzzzzzzzzzz' }), 'token-refused'],
    ['a signature that is none', () => ({ ...joining(), name: 'b9' }), 'node-refused'],
  ])('not with %s', async (_, request, code) => {
    await expect(wouldAdmit(cluster, request())).rejects.toMatchObject({ code });
  });

  test('needs nobody who can sign', async () => {
    const bare = { ...cluster, authority: () => Promise.reject(new Error('no key')) };
    expect(await wouldAdmit(bare, joining())).toEqual({ notes: [], known: false });
  });
});

test('who is let in is given the key of the network', async () => {
  const { networkKey, snapshot, record } = await admit(cluster, joining());
  expect(networkKey).toBe('ab'.repeat(32));
  expect(JSON.stringify(snapshot)).toContain(record.id);
  expect(JSON.stringify(snapshot)).not.toContain(networkKey);
});
