import { beforeEach, describe, expect, test } from 'vitest';
import { admit } from '../../../../agent/admission/admit.ts';
import type { JoinRequest } from '../../../../agent/admission/request.ts';
import { revokeToken } from '../../../../agent/admission/tokens.ts';
import { clusterKey } from '../../../../coordinator/store/keys.ts';
import { asMusterError } from '../../../../roles/model/errors.ts';
import type { Token } from '../../../../roles/model/token.ts';
import {
  type AdmittingCluster,
  admittingCluster,
  clusterId,
  requestOf,
} from '../../../support/admitting-cluster.ts';
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

const usesLeft = async (): Promise<number | undefined> => (await cluster.known()).tokens[token.id]?.usesLeft;

describe('when another change comes first', () => {
  test('all is decided anew: no ordinal, name or use is given twice', async () => {
    const other = await cluster.token();
    cluster.decisions.meanwhile.push(() => admit(cluster, ask({ address: '10.0.0.3' }, other)));
    const { record } = await admit(cluster, ask());
    expect(record).toMatchObject({ name: 'b2-2', ordinal: 3 });
    const { nodes } = await cluster.known();
    expect(nodes.map(({ name, ordinal }) => [name, ordinal])).toEqual([
      ['b1', 1],
      ['b2', 2],
      ['b2-2', 3],
    ]);
  });

  test('the last use is given once', async () => {
    const one = await cluster.token({ uses: 1 });
    cluster.decisions.meanwhile.push(() => admit(cluster, ask({ name: 'b3', address: '10.0.0.3' }, one)));
    const error = await admit(cluster, ask({}, one)).then(() => undefined, asMusterError);
    expect(error).toMatchObject({ code: 'token-refused' });
    expect((await cluster.known()).nodes.map(({ name }) => name)).toEqual(['b1', 'b3']);
  });

  test('many at once get places of their own', async () => {
    const machines = [2, 3, 4, 5].map((index) => ask({ name: 'web', address: `10.0.0.${index}` }));
    await Promise.all(machines.map((request) => admit(cluster, request)));
    const { nodes } = await cluster.known();
    expect(nodes.map(({ ordinal }) => ordinal)).toEqual([1, 2, 3, 4, 5]);
    expect(new Set(nodes.map(({ name }) => name)).size).toBe(5);
    expect(await usesLeft()).toBe(6);
  });

  test('a revoked token lets nobody in any more', async () => {
    cluster.decisions.meanwhile.push(() => revokeToken(cluster, token.id));
    const error = await admit(cluster, ask()).then(() => undefined, asMusterError);
    expect(error).toMatchObject({ message: `the token ${token.id} is revoked` });
  });

  test('a cluster made anew is the one that is joined', async () => {
    const anew = JSON.stringify({ id: clusterId, generation: 2 });
    cluster.decisions.meanwhile.push(() =>
      cluster.decisions.transact({ conditions: [], put: { [clusterKey]: anew } }),
    );
    const { record } = await admit(cluster, ask());
    expect(record.admission?.record.generation).toBe(2);
  });

  test('for ever, it is given up and said', async () => {
    const { entries } = await cluster.decisions.read(clusterKey);
    const put = { [clusterKey]: entries[clusterKey]?.value ?? '' };
    const bump = (): Promise<unknown> => cluster.decisions.undisturbed({ conditions: [], put });
    cluster.decisions.meanwhile.push(...Array.from({ length: 100 }, () => bump));
    const error = await admit(cluster, ask()).then(() => undefined, asMusterError);
    expect(error).toMatchObject({ code: 'store-unreachable', retryable: true });
  });
});
