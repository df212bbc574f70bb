import { generateKeyPairSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { type PemPair, readPair } from '../../../../agent/certificates/read.ts';
import { madePair, pkcs8 } from '../../../support/made-certificates.ts';

const now = new Date('2026-06-01T00:00:00.000Z');
const good = await madePair({ domains: ['shop.example', '*.shop.example'], now });
const other = await madePair({ now });

test('a good pair is read as HAProxy is to have it', () => {
  expect(readPair(good, now)).toEqual({
    domains: ['shop.example', '*.shop.example'],
    chain: good.certificate,
    notBefore: '2026-05-31T00:00:00.000Z',
    notAfter: '2026-08-30T00:00:00.000Z',
    issuer: 'Test authority',
    key: good.key,
    notes: ['its chain ends at Test authority, which browsers do not know by themselves'],
  });
});

const without = (text: string): string => text.replace(good.authority, '');
const rsa = (bits: number): string => pkcs8(generateKeyPairSync('rsa', { modulusLength: bits }).privateKey);

test.each<[string, PemPair, string]>([
  ['no certificate', { ...good, certificate: 'nothing' }, 'there is no certificate in the text'],
  [
    'a damaged certificate',
    { ...good, certificate: good.certificate.replace(/M[A-Za-z0-9]{20}/, '') },
    'a certificate cannot be read',
  ],
  ['no key', { ...good, key: 'nothing' }, 'the key cannot be read'],
  [
    'a locked key',
    { ...good, key: '-----BEGIN ENCRYPTED PRIVATE KEY-----\n' },
    'the key is locked by a password',
  ],
  ['the key of another', { ...good, key: other.key }, 'the key is not that of the certificate'],
  ['a key of another kind', { ...good, key: rsa(2_048) }, 'the key is not that of the certificate'],
  [
    'a signer that is none',
    { ...good, certificate: `${without(good.certificate)}${other.authority}` },
    'the chain has a gap: Test authority did not sign shop.example',
  ],
  [
    'one that is over',
    await madePair({ now, from: -30, until: -1 }),
    'the certificate ended at 2026-05-31T00:00:00.000Z',
  ],
  ['one of tomorrow', await madePair({ now, from: 1 }), 'the certificate begins at 2026-06-02T00:00:00.000Z'],
  ['one for nobody', await madePair({ now, domains: [] }), 'the certificate speaks for no domain'],
  [
    'one for a host without a domain',
    await madePair({ now, domains: ['localhost'] }),
    'the certificate speaks for no domain',
  ],
])('%s is refused', (_, pair, what) => {
  expect(() => readPair(pair, now)).toThrow(
    expect.objectContaining({ code: 'certificate-refused', message: what }),
  );
});
