import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { authoritySigningKey, signAdmission, signTombstone } from '../../../../agent/admission/sign.ts';
import type { DecisionSource } from '../../../../agent/decisions/source.ts';
import type { Authority } from '../../../../agent/host/certificates.ts';
import { createIdentity, rawPublicKey } from '../../../../agent/local/identity.ts';
import { Removed } from '../../../../agent/self/removed.ts';
import { decode } from '../../../../coordinator/store/codec.ts';
import { seedSnapshot } from '../../../../coordinator/store/seed.ts';
import type { SignedTombstone } from '../../../../roles/model/admission.ts';
import { paths } from '../../../../roles/model/paths.ts';
import { authorityOf, clusterId } from '../../../support/admitting-cluster.ts';
import { FakePeers } from '../../../support/fake-peers.ts';
import { type FakeMachine, fakeMachine, told } from '../../../support/machine.ts';
import { recordOf } from '../../../support/sketches.ts';

const identity = createIdentity();
const config = { clusterId, nodeId: identity.nodeId, name: 'b2', address: '10.0.0.2' };
const voter = recordOf(1);
const path = `/v1/tombstones/${config.nodeId}`;

let ca: Authority;
let stranger: Authority;
beforeAll(async () => {
  ca = await authorityOf();
  stranger = await authorityOf();
});

let machine: FakeMachine;
let peers: FakePeers;
beforeEach(async () => {
  machine = await fakeMachine();
  machine.files.put(paths.authority, ca.certificatePem);
  peers = new FakePeers();
});

function tombstone(part: Partial<SignedTombstone['tombstone']> = {}, by = ca): SignedTombstone {
  const said = { clusterId, generation: 1, nodeId: config.nodeId, at: '2026-01-02T00:00:00.000Z', ...part };
  return signTombstone(said, authoritySigningKey(by.privateKeyPem));
}

/** What the decisions say of this node: that it was admitted then. */
function knownSince(issuedAt: string): DecisionSource['known'] {
  const record = {
    clusterId,
    generation: 1,
    nodeId: config.nodeId,
    gossipKey: rawPublicKey(identity.publicKeyPem),
    datagramKey: rawPublicKey(identity.datagramPublicKeyPem),
    name: 'b2',
    ordinal: 2,
    issuedAt,
  };
  const admission = signAdmission(record, authoritySigningKey(ca.privateKeyPem));
  const node = { id: config.nodeId, name: 'b2', ordinal: 2, address: config.address, admission };
  const snapshot = seedSnapshot({ cluster: { id: clusterId, generation: 1 }, nodes: [node] });
  return () => decode(snapshot);
}

function removedOf(known: DecisionSource['known'] = knownSince('2026-01-01T00:00:00.000Z')): Removed {
  const source = { known, peers } as Pick<DecisionSource, 'known' | 'peers'> as DecisionSource;
  return new Removed({ ...machine, config, source: () => source });
}

describe('a node that was removed', () => {
  it('knows it by the word of the authority, tells it, and keeps it over restarts', async () => {
    const removed = removedOf();
    let heard = 0;
    removed.onRemoved(() => void (heard += 1));
    await removed.take(tombstone());
    await removed.take(tombstone());
    expect([removed.is(), heard]).toEqual([true, 1]);
    expect(told(machine.journal)).toEqual([
      expect.stringMatching(/removed from the cluster at 2026-01-02.*next: muster uninstall$/),
    ]);
    const restarted = removedOf();
    await restarted.load();
    expect(restarted.is()).toBe(true);
  });

  it('asks for the proof when it is refused, once at a time', async () => {
    peers.answers.set('b1', { status: 200, body: JSON.stringify(tombstone()) });
    const removed = removedOf();
    await Promise.all([removed.refusedBy(voter), removed.refusedBy(voter)]);
    await removed.refusedBy(voter);
    expect([removed.is(), peers.asked]).toEqual([true, [`b1 GET ${path}`]]);
  });

  it.each([
    ['silence', undefined],
    ['no tombstone', { status: 404, body: '{}' }],
    ['nonsense', { status: 200, body: 'hello' }],
    ['a stranger’s signature', { status: 200, body: '' }],
  ])('is not made one by %s, and asks again with the next refusal', async (what, answer) => {
    if (answer !== undefined) peers.answers.set('b1', answer);
    if (answer?.body === '')
      peers.answers.set('b1', { status: 200, body: JSON.stringify(tombstone({}, stranger)) });
    const removed = removedOf();
    await removed.refusedBy(voter);
    expect(removed.is(), what).toBe(false);
    peers.answers.set('b1', { status: 200, body: JSON.stringify(tombstone()) });
    await removed.refusedBy(voter);
    expect(removed.is()).toBe(true);
  });
});

it.each<[string, () => unknown]>([
  ['of another authority', () => tombstone({}, stranger)],
  ['of another node', () => tombstone({ nodeId: voter.id })],
  ['of another cluster', () => tombstone({ clusterId: 'cnnnnnnnnnnnn' })],
  ['of an earlier admission', () => tombstone({ at: '2025-12-31T00:00:00.000Z' })],
  [
    'that was changed',
    () => ({ ...tombstone(), tombstone: tombstone({ at: '2026-01-03T00:00:00.000Z' }).tombstone }),
  ],
  ['that is none', () => 'you are out'],
])('a tombstone %s changes nothing', async (_, make) => {
  const removed = removedOf();
  await removed.take(make());
  expect([removed.is(), machine.files.text(paths.tombstone), told(machine.journal)]).toEqual([
    false,
    undefined,
    [],
  ]);
});

it('who knows no decisions yet believes the authority', async () => {
  const removed = removedOf(() => undefined);
  await removed.take(tombstone());
  expect(removed.is()).toBe(true);
});

it('without the authority nothing can be believed', async () => {
  machine.files.files.delete(paths.authority);
  const removed = removedOf();
  await removed.take(tombstone());
  expect(removed.is()).toBe(false);
});

it.each(['', '{', '{"tombstone":1}'])('a damaged file (%j) is as good as none', async (text) => {
  machine.files.put(paths.tombstone, text);
  const removed = removedOf();
  await removed.load();
  expect(removed.is()).toBe(false);
});
