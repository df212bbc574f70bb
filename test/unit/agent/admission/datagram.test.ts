import { assert, integer, property, uint8Array } from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  DatagramChannel,
  datagramOverheadBytes,
  mostPayloadBytes,
  type OpenedDatagram,
  senderOf,
} from '../../../../agent/admission/datagram.ts';
import { type PairInput, pairKeys } from '../../../../agent/admission/pairwise.ts';
import { createIdentity, rawPublicKey } from '../../../../agent/local/identity.ts';
import type { Identity } from '../../../../agent/local/state.ts';

const [ann, bob, eve] = [createIdentity(), createIdentity(), createIdentity()];
const cluster = { id: 'cmmmmmmmmmmmm', generation: 1 };
const hello = Buffer.from('hello');

function input(self: Identity, peer: Identity): PairInput {
  return {
    cluster,
    self: self.nodeId,
    privateKeyPem: self.datagramPrivateKeyPem,
    peer: peer.nodeId,
    peerKey: rawPublicKey(peer.datagramPublicKeyPem),
  };
}

function channel(self: Identity, peer: Identity, part: Partial<PairInput> = {}, epoch = 7): DatagramChannel {
  return new DatagramChannel({ self: self.nodeId, keys: pairKeys({ ...input(self, peer), ...part }), epoch });
}

function said(opened: OpenedDatagram | string): string {
  return typeof opened === 'string' ? opened : Buffer.from(opened.payload).toString();
}

test('two nodes understand each other, both ways, and each knows who speaks', () => {
  const [toBob, toAnn] = [channel(ann, bob), channel(bob, ann)];
  const datagram = toBob.seal(hello);
  expect(senderOf(datagram)).toBe(ann.nodeId);
  expect(toAnn.open(datagram)).toEqual({ payload: hello, epoch: 7, sequence: 1 });
  expect(said(toBob.open(toAnn.seal(Buffer.from('and you'))))).toBe('and you');
});

test('any payload arrives as it was', () => {
  const [toBob, toAnn] = [channel(ann, bob), channel(bob, ann)];
  assert(
    property(uint8Array({ maxLength: mostPayloadBytes }), (payload) => {
      const datagram = toBob.seal(payload);
      expect(datagram.length).toBe(payload.length + datagramOverheadBytes);
      const opened = toAnn.open(datagram);
      expect(typeof opened === 'string' ? opened : Buffer.from(opened.payload)).toEqual(Buffer.from(payload));
    }),
  );
});

test('a datagram in which any bit is another is refused, and the true one still counts', () => {
  const [toBob, toAnn] = [channel(ann, bob), channel(bob, ann)];
  const datagram = toBob.seal(hello);
  assert(
    property(integer({ min: 0, max: datagram.length * 8 - 1 }), (bit) => {
      const other = Buffer.from(datagram);
      other[bit >> 3] = (other[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(['unreadable', 'forged']).toContain(toAnn.open(other));
    }),
    { numRuns: 400 },
  );
  expect(said(toAnn.open(datagram))).toBe('hello');
});

test('garbage of any length is refused, and costs no exception', () => {
  const toAnn = channel(bob, ann);
  assert(
    property(uint8Array({ maxLength: 200 }), (bytes) => {
      expect(['unreadable', 'forged']).toContain(toAnn.open(bytes));
      expect(senderOf(bytes) ?? ann.nodeId).toMatch(/^n[a-z2-7]{12}$/);
    }),
  );
});

describe('nothing opens that is', () => {
  test.each<{ what: string; sender: () => DatagramChannel }>([
    {
      what: 'of another cluster',
      sender: () => channel(ann, bob, { cluster: { ...cluster, id: 'cother' } }),
    },
    {
      what: 'of another generation',
      sender: () => channel(ann, bob, { cluster: { ...cluster, generation: 2 } }),
    },
    { what: 'of another node in the name of this one', sender: () => channel(ann, bob, keysOf(eve)) },
    { what: 'for another node', sender: () => channel(ann, eve) },
    { what: "the receiver's own, sent back", sender: () => channel(bob, ann) },
  ])('$what', ({ sender }) => {
    expect(channel(bob, ann).open(sender().seal(hello))).toBe('forged');
  });

  function keysOf(identity: Identity): Partial<PairInput> {
    return { privateKeyPem: identity.datagramPrivateKeyPem };
  }

  test('in another form', () => {
    const datagram = channel(ann, bob).seal(hello);
    datagram[0] = 2;
    expect(channel(bob, ann).open(datagram)).toBe('unreadable');
    expect(senderOf(datagram)).toBeUndefined();
    expect(senderOf(datagram.subarray(0, 20))).toBeUndefined();
  });
});

describe('a datagram counts once', () => {
  test('and not again', () => {
    const toAnn = channel(bob, ann);
    const datagram = channel(ann, bob).seal(hello);
    expect(said(toAnn.open(datagram))).toBe('hello');
    expect(toAnn.open(datagram)).toBe('replayed');
  });

  test('in whatever order they come', () => {
    const [toBob, toAnn] = [channel(ann, bob), channel(bob, ann)];
    const sent = ['a', 'b', 'c', 'd'].map((text) => toBob.seal(Buffer.from(text)));
    const order = [2, 0, 3, 1, 0];
    const got = order.map((at) => said(toAnn.open(sent[at] ?? Buffer.of())));
    expect(got).toEqual(['c', 'a', 'd', 'b', 'replayed']);
  });

  test('and none of a former life of its sender', () => {
    const toAnn = channel(bob, ann);
    const old = channel(ann, bob, {}, 7).seal(hello);
    expect(said(toAnn.open(channel(ann, bob, {}, 8).seal(hello)))).toBe('hello');
    expect(toAnn.open(old)).toBe('replayed');
  });

  test('also after the receiver began anew, if it remembers the epoch', () => {
    const old = channel(ann, bob, {}, 7).seal(hello);
    const keys = pairKeys(input(bob, ann));
    const begun = new DatagramChannel({ self: bob.nodeId, keys, epoch: 1, heardEpoch: 8 });
    expect(begun.open(old)).toBe('replayed');
  });
});

test('no two channels of one node and one epoch use a nonce twice', () => {
  const nonces = [channel(ann, bob), channel(ann, bob)].map((one) => one.seal(hello).subarray(13, 25));
  expect(nonces[0]).not.toEqual(nonces[1]);
});

test('what fits no path unbroken is not sent', () => {
  expect(() => channel(ann, bob).seal(Buffer.alloc(mostPayloadBytes + 1))).toThrow(/too large/);
});

test('a key that shares no secret gives no channel', () => {
  const peerKey = Buffer.alloc(32).toString('base64url');
  expect(() => pairKeys({ ...input(ann, bob), peerKey })).toThrow(/deriv/);
});
