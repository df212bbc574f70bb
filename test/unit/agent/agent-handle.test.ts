import { beforeEach, describe, expect, it } from 'vitest';
import { admit } from '../../../agent/admission/admit.ts';
import { removeNode } from '../../../agent/admission/remove.ts';
import { agentHandle } from '../../../agent/agent-handle.ts';
import type { AgentHandle } from '../../../agent/api/handle.ts';
import type { DecisionSource } from '../../../agent/decisions/source.ts';
import { decode } from '../../../coordinator/store/codec.ts';
import { decisionsPrefix } from '../../../coordinator/store/keys.ts';
import type { Snapshot } from '../../../roles/model/ports.ts';
import type { Token } from '../../../roles/model/token.ts';
import { type AdmittingCluster, admittingCluster, requestOf } from '../../support/admitting-cluster.ts';
import { FakePeers } from '../../support/fake-peers.ts';
import { fakeMachine } from '../../support/machine.ts';
import { recordOf } from '../../support/sketches.ts';

let cluster: AdmittingCluster;
let token: Token;
let snapshot: Snapshot;
let peers: FakePeers;
let refreshed: number;
let handle: AgentHandle;
beforeEach(async () => {
  cluster = await admittingCluster();
  token = await cluster.token();
  peers = new FakePeers();
  refreshed = 0;
  snapshot = await cluster.decisions.read(decisionsPrefix);
  const source: Partial<DecisionSource> = {
    known: () => (snapshot.revision === 0 ? undefined : decode(snapshot)),
    snapshot: () => snapshot,
    reach: () => ({ writable: true, sentence: 'the store of decisions answers' }),
    answers: () => true,
    voters: () => [recordOf(1)],
    peers,
    refresh: async () => {
      refreshed += 1;
      snapshot = await cluster.decisions.read(decisionsPrefix);
    },
  };
  const unused = {} as Parameters<typeof agentHandle>[0];
  handle = agentHandle({
    ...unused,
    ...(await fakeMachine()),
    clock: cluster.clock,
    source: source as DecisionSource,
    view: () => undefined,
  });
});

const refresh = async (): Promise<void> => {
  snapshot = await cluster.decisions.read(decisionsPrefix);
};

describe('who is a member', () => {
  it('is who is among the nodes now, whatever certificate it still has', async () => {
    const { id } = (await admit(cluster, requestOf(token, cluster.ca.privateKeyPem))).record;
    expect(handle.strangeness(id)).toBe('it is not among the nodes');
    await refresh();
    expect([handle.strangeness(id), handle.tombstone(id)]).toEqual([undefined, undefined]);
    const { signingKey } = await cluster.authority();
    const tombstone = await removeNode({ ...cluster, signingKey }, id);
    await refresh();
    expect(handle.strangeness(id)).toBe(`it was removed at ${tombstone.tombstone.at}`);
    expect(handle.tombstone(id)).toEqual(tombstone);
  });

  it('is nobody while nothing is known', () => {
    snapshot = { revision: 0, entries: {} };
    expect(handle.strangeness(cluster.first.id)).toBe('it is not among the nodes');
  });
});

it('what a voter has changed is known here before its answer is given back', async () => {
  peers.answers.set('b1', { status: 200, body: 'done' });
  const request = { method: 'DELETE', path: '/v1/nodes/b2' } as const;
  expect(await handle.passOn(request)).toEqual({ status: 200, body: 'done' });
  expect([peers.asked, refreshed]).toEqual([['b1 DELETE /v1/nodes/b2'], 1]);
});

it('a word that no voter takes is given back', async () => {
  await expect(handle.passOn({ method: 'GET', path: '/' })).rejects.toMatchObject({
    code: 'store-unreachable',
  });
});

describe('tokens', () => {
  it('are listed and looked into as they are known here', async () => {
    expect(handle.tokens()).toMatchObject([{ state: 'good', record: { id: token.id } }]);
    expect(() => handle.requireToken(token.id, token.secret)).not.toThrow();
    expect(() => handle.requireToken(token.id, 'x')).toThrow('opens nothing here');
    await cluster.clock.advance(3_600_000);
    expect(handle.tokens()).toMatchObject([{ state: 'expired' }]);
    expect(() => handle.requireToken(token.id, token.secret)).toThrow('is expired');
  });

  it('open nothing while nothing is known', () => {
    snapshot = { revision: 0, entries: {} };
    expect(() => handle.requireToken(token.id, token.secret)).toThrow('opens nothing here');
    expect(() => handle.tokens()).toThrow(expect.objectContaining({ code: 'state-unreadable' }));
  });
});

it('the copy is all that is known, and whether the store is heard', () => {
  expect(handle.copy()).toEqual({
    ...snapshot,
    store: { answers: true, sentence: 'the store of decisions answers' },
  });
});
