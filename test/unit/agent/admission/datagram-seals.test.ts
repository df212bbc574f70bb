import { expect, test } from 'vitest';
import { DatagramSeals, type SealPeer } from '../../../../agent/admission/datagram-seals.ts';
import { createIdentity, rawPublicKey } from '../../../../agent/local/identity.ts';
import type { Identity } from '../../../../agent/local/state.ts';

const [ann, bob, eve] = [createIdentity(), createIdentity(), createIdentity()];
const hello = Buffer.from('hello');

const peer = ({ nodeId, datagramPublicKeyPem }: Identity): SealPeer => ({
  id: nodeId,
  datagramKey: rawPublicKey(datagramPublicKeyPem),
});

function sealsOf(self: Identity, peers: readonly Identity[], heard = 0): DatagramSeals {
  const seals = new DatagramSeals({
    cluster: { id: 'cmmmmmmmmmmmm', generation: 1 },
    self: self.nodeId,
    privateKeyPem: self.datagramPrivateKeyPem,
    epoch: 7,
    heardEpoch: () => heard,
  });
  seals.setPeers(peers.map(peer));
  return seals;
}

const sealed = (from: Identity, to: Identity): Uint8Array =>
  sealsOf(from, [from, to]).seal(to.nodeId, hello) ?? Buffer.of();

test('each understands each, and knows who it was', () => {
  const seals = sealsOf(bob, [ann, bob, eve]);
  expect(seals.open(sealed(ann, bob))).toEqual({ from: ann.nodeId, payload: hello });
  expect(seals.open(sealed(eve, bob))).toEqual({ from: eve.nodeId, payload: hello });
});

test('nobody else is understood', () => {
  const seals = sealsOf(bob, [ann]);
  expect(seals.open(sealed(eve, bob))).toBeUndefined();
  expect(seals.open(sealed(ann, eve))).toBeUndefined();
  expect(seals.open(Buffer.from('hello'))).toBeUndefined();
});

test('a datagram opens once, also after the peers were told again', () => {
  const seals = sealsOf(bob, [ann]);
  const datagram = sealed(ann, bob);
  expect(seals.open(datagram)).toBeDefined();
  seals.setPeers([peer(ann), peer(eve)]);
  expect(seals.open(datagram)).toBeUndefined();
});

test('what is of an epoch before the one last heard does not open', () => {
  expect(sealsOf(bob, [ann], 8).open(sealed(ann, bob))).toBeUndefined();
});

test('whoever is removed is not understood any more, and not spoken to', () => {
  const seals = sealsOf(bob, [ann]);
  seals.setPeers([]);
  expect(seals.open(sealed(ann, bob))).toBeUndefined();
  expect(seals.seal(ann.nodeId, hello)).toBeUndefined();
});

test('a node with a new key is understood by that alone', () => {
  const renewed = { ...createIdentity(), nodeId: ann.nodeId };
  const seals = sealsOf(bob, [ann]);
  seals.setPeers([peer(renewed)]);
  expect(seals.open(sealed(ann, bob))).toBeUndefined();
  expect(seals.open(sealed(renewed, bob))).toBeDefined();
});

test('a node does not speak to itself', () => {
  expect(sealsOf(bob, [bob]).seal(bob.nodeId, hello)).toBeUndefined();
});
