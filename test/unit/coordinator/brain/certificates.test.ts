import { describe, expect, test } from 'vitest';
import {
  removeCertificate,
  renewals,
  renewCertificate,
  requestCertificate,
  setCertificate,
} from '../../../../coordinator/brain/certificates.ts';
import { certificateKey, orderKey, secretKey } from '../../../../coordinator/store/keys.ts';
import type { Certificate, CertificateOrder } from '../../../../roles/model/certificate.ts';
import type { Snapshot } from '../../../../roles/model/ports.ts';
import { sampleCertificate } from '../../../support/sample-certificates.ts';

const now = new Date('2026-03-01T00:00:00.000Z');
const obtained = sampleCertificate({ source: 'acme' });
const waiting: CertificateOrder = {
  domains: ['blog.example'],
  requestedBy: 'app blog',
  failures: 3,
  nextTryAt: '2026-03-02T00:00:00.000Z',
  trouble: 'it leads elsewhere',
};

function stored(
  certificates: Readonly<Record<string, Certificate>>,
  orders: Readonly<Record<string, CertificateOrder>> = {},
): Snapshot {
  const all = [
    ...Object.entries(certificates).flatMap(([name, one]) => [
      [certificateKey(name), JSON.stringify(one)],
      [secretKey(`cert-${name}`), '{}'],
    ]),
    ...Object.entries(orders).map(([name, one]) => [orderKey(name), JSON.stringify(one)]),
  ];
  const entries = all.map(([key, value], index) => [key, { value, modRevision: index + 1 }]);
  return { revision: 9, entries: Object.fromEntries(entries) };
}

const shop = { name: 'shop', domains: ['shop.example'], requestedBy: 'operator' };

describe('a request', () => {
  test('is an order that is due at once, if nobody was quicker', () => {
    expect(requestCertificate(stored({}), shop, now)).toEqual({
      transaction: {
        conditions: [
          { key: orderKey('shop'), modRevision: 0 },
          { key: certificateKey('shop'), modRevision: 0 },
        ],
        put: {
          [orderKey('shop')]: JSON.stringify({
            domains: ['shop.example'],
            requestedBy: 'operator',
            failures: 0,
            nextTryAt: now.toISOString(),
          }),
        },
      },
      sentences: ['a certificate for shop.example is being obtained as shop'],
    });
  });

  test.each([
    [stored({}), { ...shop, domains: ['*.shop.example'] }, '*.shop.example cannot be obtained'],
    [stored({ other: obtained }), shop, 'shop.example is in the certificate other already'],
    [
      stored({}, { blog: waiting }),
      { ...shop, domains: ['blog.example'] },
      'blog.example is in the certificate blog already',
    ],
    [
      stored({ shop: obtained }),
      { ...shop, domains: ['new.example'] },
      'shop would no longer speak for shop.example',
    ],
  ])('is refused: case %#', (snapshot, request, what) => {
    expect(() => requestCertificate(snapshot, request, now)).toThrow(
      expect.objectContaining({ code: 'certificate-refused', message: what }),
    );
  });
});

test('an own certificate takes the place of the one before, and of what was under way', () => {
  const snapshot = stored({ blog: sampleCertificate({ domains: ['blog.example'] }) }, { blog: waiting });
  const next = sampleCertificate({ domains: ['blog.example', 'www.blog.example'], chain: 'next' });

  const { transaction, sentences } = setCertificate(snapshot, 'blog', next);
  expect(transaction).toMatchObject({
    put: { [certificateKey('blog')]: JSON.stringify(next) },
    remove: [orderKey('blog')],
  });
  expect(sentences).toEqual(['blog is replaced: blog.example, www.blog.example, until 2026-04-01']);
});

test.each([
  [
    sampleCertificate({ domains: ['www.shop.example'] }),
    'shop',
    'shop would no longer speak for shop.example',
  ],
  [sampleCertificate(), 'again', 'shop.example is in the certificate shop already'],
])('an own certificate for others is refused: case %#', (certificate, name, what) => {
  expect(() => setCertificate(stored({ shop: obtained }), name, certificate)).toThrow(what);
});

test('a removal takes the key and the order along', () => {
  const snapshot = stored({ shop: obtained }, { shop: waiting });
  const { remove } = removeCertificate(snapshot, 'shop').transaction;

  expect(remove).toEqual([certificateKey('shop'), secretKey('cert-shop'), orderKey('shop')]);
  expect(() => removeCertificate(snapshot, 'shup')).toThrow('there is no certificate shup');
});

describe('renewal', () => {
  test.each([
    ['with half of its time left', obtained, '2026-02-14T00:00:00.000Z', 0],
    ['with a little more than a third left', obtained, '2026-03-01T23:00:00.000Z', 0],
    ['with a little less', obtained, '2026-03-02T01:00:00.000Z', 1],
    ['after its end', obtained, '2026-05-01T00:00:00.000Z', 1],
    ['brought by the operator', sampleCertificate(), '2026-05-01T00:00:00.000Z', 0],
  ])('of one %s', (_, certificate, at, count) => {
    expect(renewals(stored({ shop: certificate }), new Date(at))).toHaveLength(count);
  });

  test('is not begun twice', () => {
    const late = new Date('2026-05-01T00:00:00.000Z');
    expect(renewals(stored({ shop: obtained }, { shop: waiting }), late)).toEqual([]);
  });

  test('by hand ends a wait, and keeps count of the failures', () => {
    const { put = {} } = renewCertificate(stored({}, { blog: waiting }), 'blog', now).transaction;
    expect(JSON.parse(put[orderKey('blog')] ?? '')).toEqual({ ...waiting, nextTryAt: now.toISOString() });
  });

  test.each([
    ['shop', 'shop is not renewed by muster'],
    ['shup', 'there is no certificate shup'],
  ])('by hand of %s is refused', (name, what) => {
    expect(() => renewCertificate(stored({ shop: sampleCertificate() }), name, now)).toThrow(what);
  });
});
