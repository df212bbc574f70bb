import { generateKeyPairSync } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import { admit } from '../../../../agent/admission/admit.ts';
import type { JoinRequest } from '../../../../agent/admission/request.ts';
import { revokeToken } from '../../../../agent/admission/tokens.ts';
import { createIdentity } from '../../../../agent/local/identity.ts';
import { decisionsPrefix, nodeKey, tombstoneKey } from '../../../../coordinator/store/keys.ts';
import { asMusterError, type MusterError } from '../../../../roles/model/errors.ts';
import type { Token } from '../../../../roles/model/token.ts';
import { type AdmittingCluster, admittingCluster, requestOf } from '../../../support/admitting-cluster.ts';
import { certificateKey } from '../../../support/certificate-key.ts';

const keyPem = certificateKey().publicPem;

let cluster: AdmittingCluster;
let token: Token;
beforeEach(async () => {
  cluster = await admittingCluster();
  token = await cluster.token();
});

function ask(parts: Parameters<typeof requestOf>[2] = {}, by: Token = token): JoinRequest {
  return requestOf(by, keyPem, parts);
}

async function refusal(request: JoinRequest): Promise<MusterError> {
  const before = await cluster.decisions.read(decisionsPrefix);
  const error = await admit(cluster, request).then(() => undefined, asMusterError);
  if (error === undefined) throw new Error('it was not refused');
  const after = await cluster.decisions.read(decisionsPrefix);
  // A refusal writes nothing.
  if (cluster.decisions.meanwhile.length === 0) expect(after.revision).toBe(before.revision);
  return error;
}

const usesLeft = async (): Promise<number | undefined> => (await cluster.known()).tokens[token.id]?.usesLeft;

describe('a token', () => {
  test('lets in as many as it was made for', async () => {
    const one = await cluster.token({ uses: 1 });
    const { record } = await admit(cluster, ask({}, one));
    const error = await refusal(ask({ name: 'b3', address: '10.0.0.3' }, one));
    expect(error).toMatchObject({ code: 'token-refused', message: `the token ${one.id} is used up` });
    expect(error.why).toContain(record.id);
  });

  test('answers whom it let in again, and takes no second use', async () => {
    const one = await cluster.token({ uses: 1 });
    const request = ask({}, one);
    cluster.decisions.losesAnswer = true;
    expect(await admit(cluster, request).catch(asMusterError)).toMatchObject({ code: 'store-unreachable' });
    cluster.decisions.setReachable(true);
    expect((await admit(cluster, request)).record.ordinal).toBe(2);
    expect((await cluster.known()).tokens[one.id]).toMatchObject({ usesLeft: 0 });
  });

  test.each<{ what: string; request: () => Promise<JoinRequest> | JoinRequest; says: string }>([
    { what: 'nobody knows', request: () => ({ ...ask(), tokenId: 'tzzzzzzzzzzzz' }), says: 'opens nothing' },
    {
      what: 'with a wrong secret',
      request: () => ({ ...ask(), secret: Buffer.alloc(16).toString('base64url') }),
      says: 'opens nothing',
    },
    {
      what: 'of another cluster',
      request: () => ask({}, { ...token, clusterId: 'cnnnnnnnnnnnn' }),
      says: 'opens nothing',
    },
    {
      what: 'that was revoked',
      request: async () => {
        await revokeToken(cluster, token.id);
        return ask();
      },
      says: 'is revoked',
    },
    {
      what: 'that is over',
      request: async () => {
        await cluster.clock.advance(60 * 60_000);
        return ask();
      },
      says: 'is expired',
    },
  ])('$what is refused', async ({ request, says }) => {
    const error = await refusal(await request());
    expect(error.code).toBe('token-refused');
    expect(error.message).toContain(says);
    expect(`${error.message} ${error.why}`).not.toContain(token.secret);
  });

  test('that is no good hears of nothing else that is wrong', async () => {
    const wrong = { ...ask({ address: '10.0.0.1' }), tokenId: 'tzzzzzzzzzzzz' };
    expect((await refusal(wrong)).code).toBe('token-refused');
  });
});

describe('a machine is refused', () => {
  const lowOrder = Buffer.alloc(32).toString('base64url');
  const pemOf = (curve: string): string =>
    generateKeyPairSync('ec', { namedCurve: curve })
      .publicKey.export({ type: 'spki', format: 'pem' })
      .toString();

  test.each<{ what: string; request: () => JoinRequest; says: string }>([
    {
      what: 'at the address of another node',
      request: () => ask({ address: '10.0.0.1' }),
      says: 'the address 10.0.0.1 is that of b1',
    },
    {
      what: 'in the name of a key it does not hold',
      request: () => ({ ...ask(), gossipKey: ask().gossipKey }),
      says: 'not signed by the key',
    },
    {
      what: 'with another datagram key than it signed',
      request: () => ({ ...ask(), datagramKey: ask().datagramKey }),
      says: 'not signed by the key',
    },
    {
      what: 'with a certificate key that another hand put in',
      request: () => ({ ...ask(), certificateKeyPem: pemOf('P-256') }),
      says: 'not signed by the key',
    },
    {
      what: 'with a datagram key of low order',
      request: () => requestWith({ datagramPublicKeyPem: pemOfRaw('X25519', lowOrder) }),
      says: 'its datagram key is no X25519 key',
    },
    {
      what: 'with a certificate key on another curve',
      request: () => requestOf(token, pemOf('secp384r1')),
      says: 'its certificate key',
    },
  ])('$what', async ({ request, says }) => {
    const error = await refusal(request());
    expect(error.code).toBe('node-refused');
    expect(error.message).toContain(says);
    expect(await usesLeft()).toBe(10);
  });

  function requestWith(part: Partial<ReturnType<typeof createIdentity>>): JoinRequest {
    return ask({ identity: { ...createIdentity(), ...part } });
  }

  function pemOfRaw(crv: string, x: string): string {
    const der = Buffer.concat([
      Buffer.from(crv === 'X25519' ? '302a300506032b656e032100' : '', 'hex'),
      Buffer.from(x, 'base64url'),
    ]);
    return `-----BEGIN PUBLIC KEY-----\n${der.toString('base64')}\n-----END PUBLIC KEY-----\n`;
  }

  test('that runs another release, with both named', async () => {
    const other = { ...cluster, release: { id: 'debian', version: '13', name: 'trixie' } };
    const error = await admit(other, ask()).then(() => undefined, asMusterError);
    expect(error).toMatchObject({
      code: 'release-mismatch',
      message: 'the machine runs debian 12, the cluster runs debian 13',
    });
  });

  test('where a record cannot be read that may hold its place', async () => {
    const key = nodeKey('nzzzzzzzzzzzz');
    await cluster.decisions.transact({
      conditions: [],
      put: { [key]: '{"id":"nzzzzzzzzzzzz","voter":true}' },
    });
    const error = await refusal(ask());
    expect(error).toMatchObject({ code: 'state-unreadable' });
    expect(error.message).toContain(key);
  });

  test('where its own tombstone cannot be read', async () => {
    const identity = createIdentity();
    await cluster.decisions.transact({ conditions: [], put: { [tombstoneKey(identity.nodeId)]: '{}' } });
    expect(await refusal(ask({ identity }))).toMatchObject({ code: 'state-unreadable' });
  });

  test('with a second key for the id of another node', async () => {
    const identity = createIdentity();
    const { record } = await admit(cluster, ask({ identity }));
    const gossipKey = createIdentityKey();
    const admission = record.admission && {
      ...record.admission,
      record: { ...record.admission.record, gossipKey },
    };
    const other = JSON.stringify({ ...record, admission });
    await cluster.decisions.transact({ conditions: [], put: { [nodeKey(record.id)]: other } });
    expect((await refusal(ask({ identity }))).message).toBe(`the id ${record.id} is that of another key`);
  });

  function createIdentityKey(): string {
    return ask().gossipKey;
  }

  test('where this node cannot sign', async () => {
    const bare = {
      ...cluster,
      authority: () => Promise.reject(new Error('no key')),
    };
    await expect(admit(bare, ask())).rejects.toThrow('no key');
    expect(await usesLeft()).toBe(10);
  });
});
