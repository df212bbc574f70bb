import { beforeEach, describe, expect, it } from 'vitest';
import { Follower } from '../../../../agent/decisions/follower.ts';
import { passOn } from '../../../../agent/decisions/pass-on.ts';
import type { Snapshot } from '../../../../roles/model/ports.ts';
import { FakePeers } from '../../../support/fake-peers.ts';
import { recordOf } from '../../../support/sketches.ts';

const copy = (revision: number): Snapshot => ({
  revision,
  entries: { '/muster/settings': { value: '{}', modRevision: revision } },
});
const records = [recordOf(1), recordOf(2), recordOf(3)];
const [first, second] = records.map(({ id }) => id) as [string, string];

let peers: FakePeers;
let voters: typeof records;
let taken: Snapshot[];
let refusals: string[];
beforeEach(() => {
  peers = new FakePeers();
  voters = records;
  taken = [];
  refusals = [];
});

const follower = (): Follower =>
  new Follower({
    api: peers,
    voters: () => voters,
    place: (node) => records.find(({ id }) => id === node),
    onCopy: async (one) => void taken.push(one),
    onRefused: ({ name }) => void refusals.push(name),
  });

describe('a read', () => {
  it('takes the first voter that hears the store, in their order', async () => {
    peers.gives('b2', copy(7));
    peers.gives('b3', copy(8));
    expect(await follower().read()).toEqual(copy(7));
    expect(peers.asked).toEqual(['b1 GET /v1/decisions', 'b2 GET /v1/decisions']);
    expect(taken).toEqual([]);
  });

  it('takes on the way what a voter has whose store is silent', async () => {
    peers.gives('b1', copy(6), false);
    peers.gives('b2', copy(7));
    expect(await follower().read()).toEqual(copy(7));
    expect(taken).toEqual([copy(6)]);
  });

  it('that nobody answers says what came of each', async () => {
    peers.gives('b1', copy(6), false);
    peers.answers.set('b3', { status: 502, body: 'Bad Gateway' });
    await expect(follower().read()).rejects.toMatchObject({
      code: 'store-unreachable',
      why: 'b1: its store is silent; b2 does not answer (it has no answer in this test); b3 gives no decisions (it answers 502)',
    });
  });

  it.each([
    ['no JSON', 'hello'],
    ['another thing', '{"revision":1}'],
    ['a revision that is none', '{"revision":-1,"entries":{},"store":{"answers":true,"sentence":""}}'],
  ])('goes on where a voter gives %s', async (_, body) => {
    peers.answers.set('b1', { status: 200, body });
    peers.gives('b2', copy(7));
    expect(await follower().read()).toEqual(copy(7));
  });

  it('says so where nobody is known', async () => {
    voters = [];
    const error = { why: 'nobody is known who keeps it', next: 'muster status' };
    await expect(follower().read()).rejects.toMatchObject(error);
  });
});

it('a voter that refuses this node is told of', async () => {
  peers.answers.set('b1', { status: 403, body: '{}' });
  peers.answers.set('b2', { status: 401, body: '{}' });
  await expect(follower().read()).rejects.toMatchObject({ code: 'store-unreachable' });
  expect(refusals).toEqual(['b1']);
});

describe('a watch', () => {
  it('hints at every line but a sign of life, and ends with its signal', async () => {
    const stop = new AbortController();
    let hints = 0;
    const watching = follower().watch('/', () => void (hints += 1), stop.signal);
    const line = peers.streams.get('b1');
    for (const one of ['{}', '', '{}']) line?.(one);
    expect(hints).toBe(2);
    stop.abort();
    await watching;
  });

  it('ends at once where nobody is known', async () => {
    voters = [];
    await follower().watch('/', () => undefined, new AbortController().signal);
    expect(peers.asked).toEqual([]);
  });
});

describe('the decisions of any node', () => {
  it('are taken, whether it hears the store or not', async () => {
    peers.gives('b2', copy(9), false);
    await follower().takeFrom(second);
    expect(taken).toEqual([copy(9)]);
  });

  it('are not missed where it is silent or nobody', async () => {
    await follower().takeFrom(first);
    await follower().takeFrom('nzzzzzzzzzzzz');
    expect([taken, peers.asked]).toEqual([[], ['b1 GET /v1/decisions']]);
  });
});

describe('a word', () => {
  const word = { method: 'PUT', path: '/v1/settings', body: '{}' } as const;

  it('goes to the first voter that answers, whatever it says', async () => {
    peers.answers.set('b2', { status: 409, body: 'no' });
    peers.answers.set('b3', { status: 200, body: 'yes' });
    expect(await passOn(peers, records, word)).toEqual({ status: 409, body: 'no' });
  });

  it('may take longer than a question', async () => {
    peers.answers.set('b1', ({ deadlineMs }) => ({ status: 200, body: String(deadlineMs) }));
    expect((await passOn(peers, records, word)).body).toBe('20000');
  });

  it('that nobody takes is given back with every reason', async () => {
    await expect(passOn(peers, records.slice(0, 2), word)).rejects.toMatchObject({
      code: 'store-unreachable',
      why: expect.stringMatching(/^b1 does not answer \(.*; b2 does not answer \(/),
    });
    await expect(passOn(peers, [], word)).rejects.toMatchObject({ why: 'nobody is known who keeps it' });
  });
});
