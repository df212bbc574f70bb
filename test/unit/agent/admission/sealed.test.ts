import { describe, expect, test } from 'vitest';
import { isSealedTo, openSealed, sealTo } from '../../../../agent/admission/sealed.ts';
import { createIdentity, rawPublicKey } from '../../../../agent/local/identity.ts';
import type { Identity } from '../../../../agent/local/state.ts';
import { asMusterError, type MusterError } from '../../../../roles/model/errors.ts';
import { Sealed } from '../../../../roles/model/sealed.ts';

const [ann, bob, eve] = [createIdentity(), createIdentity(), createIdentity()];
const use = { clusterId: 'cmmmmmmmmmmmm', name: 'authority' };
const secret = Buffer.from('-----BEGIN PRIVATE KEY-----');

const recipient = ({ nodeId, datagramPublicKeyPem }: Identity): { nodeId: string; datagramKey: string } => ({
  nodeId,
  datagramKey: rawPublicKey(datagramPublicKeyPem),
});
const own = ({ nodeId, datagramPrivateKeyPem }: Identity): { nodeId: string; privateKeyPem: string } => ({
  nodeId,
  privateKeyPem: datagramPrivateKeyPem,
});
const sealed = sealTo(secret, [recipient(ann), recipient(bob)], use);

function refusal(run: () => unknown): MusterError {
  try {
    run();
  } catch (error) {
    return asMusterError(error);
  }
  throw new Error('it was opened');
}

test('each of those it is sealed to opens it, also after a while in the store', () => {
  const stored = Sealed.parse(JSON.parse(JSON.stringify(sealed)));
  expect(openSealed(stored, own(ann), use)).toEqual(secret);
  expect(openSealed(stored, own(bob), use)).toEqual(secret);
});

test('it is known to whom it is sealed, and to which of their keys', () => {
  const renewed = { ...createIdentity(), nodeId: bob.nodeId };
  expect(isSealedTo(sealed, [recipient(bob), recipient(ann)])).toBe(true);
  expect(isSealedTo(sealed, [recipient(ann)])).toBe(false);
  expect(isSealedTo(sealed, [recipient(ann), recipient(bob), recipient(eve)])).toBe(false);
  expect(isSealedTo(sealed, [recipient(ann), recipient(renewed)])).toBe(false);
});

test('it shows nothing of itself, and no two seals are alike', () => {
  expect(JSON.stringify(sealed)).not.toContain(secret.toString('base64url').slice(4, 20));
  expect(sealTo(secret, [recipient(ann)], use)).not.toEqual(sealTo(secret, [recipient(ann)], use));
});

test('whoever is not among them is told who is', () => {
  const error = refusal(() => openSealed(sealed, own(eve), use));
  expect(error.code).toBe('not-allowed');
  expect(error.why).toContain(ann.nodeId);
  expect(refusal(() => openSealed({}, own(eve), use)).why).toContain('nobody');
});

describe('it is not opened', () => {
  const copy = sealed[ann.nodeId] ?? { to: '', ephemeralKey: '', box: '' };
  const flipped = Buffer.from(copy.box, 'base64url');
  flipped[3] = (flipped[3] ?? 0) ^ 1;
  test.each<{ what: string; run: () => unknown }>([
    {
      what: 'by another in the name of one',
      run: () => openSealed(sealed, { ...own(eve), nodeId: ann.nodeId }, use),
    },
    {
      what: "from another's copy",
      run: () => openSealed({ [ann.nodeId]: sealed[bob.nodeId] ?? copy }, own(ann), use),
    },
    {
      what: 'in the place of another secret',
      run: () => openSealed(sealed, own(ann), { ...use, name: 'sessions' }),
    },
    {
      what: 'in another cluster',
      run: () => openSealed(sealed, own(ann), { ...use, clusterId: 'cnnnnnnnnnnnn' }),
    },
    {
      what: 'when it was changed',
      run: () => openSealed({ [ann.nodeId]: { ...copy, box: flipped.toString('base64url') } }, own(ann), use),
    },
    {
      what: 'when it was cut short',
      run: () => openSealed({ [ann.nodeId]: { ...copy, box: copy.box.slice(0, 8) } }, own(ann), use),
    },
    {
      what: 'when its key is none',
      run: () =>
        openSealed(
          { [ann.nodeId]: { ...copy, ephemeralKey: Buffer.alloc(32).toString('base64url') } },
          own(ann),
          use,
        ),
    },
  ])('$what', ({ run }) => {
    expect(refusal(run)).toMatchObject({ code: 'state-unreadable' });
  });
});
