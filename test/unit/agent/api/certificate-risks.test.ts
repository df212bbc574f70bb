import { describe, expect, it } from 'vitest';
import { certificateRisks } from '../../../../agent/api/certificate-risks.ts';
import type { Certificate, CertificateOrder } from '../../../../roles/model/certificate.ts';
import { sampleCertificate } from '../../../support/sample-certificates.ts';
import { lonelyView } from '../../../support/sample-views.ts';

/** The sample is good for ninety days, until April 1. */
const on = (day: string): Date => new Date(`2026-${day}T00:00:00.000Z`);

const own = sampleCertificate();
const acme = sampleCertificate({ source: 'acme' });
const order: CertificateOrder = {
  domains: ['shop.example'],
  requestedBy: 'operator',
  failures: 0,
  nextTryAt: '2026-03-10T12:20:30.000Z',
};
const failing: CertificateOrder = { ...order, failures: 2, trouble: 'shop.example leads to 192.0.2.1.' };

interface Case {
  readonly what: string;
  readonly certificate?: Certificate;
  readonly order?: CertificateOrder;
  readonly day: string;
  readonly said: readonly string[];
}

const setShop = 'muster cert set --name shop --certificate FULLCHAIN --key KEY';

describe('what users of https would meet', () => {
  it.each<Case>([
    { what: 'an own one with a third of its life left', certificate: own, day: '03-01', said: [] },
    {
      what: 'an own one that ends in less than a month',
      certificate: own,
      day: '03-10',
      said: [
        `certificate-ends: The certificate shop of shop.example ends in 22 days, and the next one has to be brought. -> ${setShop}`,
      ],
    },
    {
      what: 'a short-lived own one with more than a third left',
      certificate: sampleCertificate({ notBefore: '2026-03-25T00:00:00.000Z' }),
      day: '03-28',
      said: [],
    },
    {
      what: 'an own one on its last day',
      certificate: own,
      day: '03-31',
      said: [
        `certificate-ends: The certificate shop of shop.example ends in a day, and the next one has to be brought. -> ${setShop}`,
      ],
    },
    {
      what: 'an own one that has ended',
      certificate: own,
      day: '04-02',
      said: [
        `certificate-ended: The certificate shop ended on 2026-04-01: browsers turn users of shop.example away. -> ${setShop}`,
      ],
    },
    { what: 'an obtained one that is being renewed', certificate: acme, order, day: '03-10', said: [] },
    {
      what: 'an obtained one that is late, with no word why',
      certificate: acme,
      day: '03-25',
      said: [
        'certificate-ends: The certificate shop of shop.example ends in 7 days, and was not renewed by itself. -> muster cert renew shop; muster cert ls',
      ],
    },
    {
      what: 'one that cannot be obtained',
      order: failing,
      day: '03-10',
      said: [
        'certificate-refused: The certificate shop could not be obtained, 2 times in a row: shop.example leads to 192.0.2.1; it is tried again at 2026-03-10 12:20 UTC. -> muster cert renew shop, once that is mended',
      ],
    },
    {
      what: 'one that cannot be renewed',
      certificate: acme,
      order: failing,
      day: '03-25',
      said: [
        'certificate-refused: The certificate shop could not be obtained, 2 times in a row: shop.example leads to 192.0.2.1; it is tried again at 2026-03-10 12:20 UTC; the one in use ends in 7 days. -> muster cert renew shop, once that is mended',
      ],
    },
    {
      what: 'one that could not be renewed and has ended',
      certificate: acme,
      order: { ...failing, failures: 1 },
      day: '04-02',
      said: [
        'certificate-ended: The certificate shop ended on 2026-04-01: browsers turn users of shop.example away. -> muster cert renew shop; muster cert ls',
        'certificate-refused: The certificate shop could not be obtained, once in a row: shop.example leads to 192.0.2.1; it is tried again at 2026-03-10 12:20 UTC. -> muster cert renew shop, once that is mended',
      ],
    },
    { what: 'one that is being obtained', order, day: '03-10', said: [] },
  ])('$what', ({ certificate, order, day, said }) => {
    const view = {
      ...lonelyView(),
      ...(certificate === undefined ? {} : { certificates: { shop: certificate } }),
      ...(order === undefined ? {} : { orders: { shop: order } }),
    };
    const risks = certificateRisks(view, on(day));
    expect(risks.map(({ code, sentence, next }) => `${code}: ${sentence} -> ${next}`)).toEqual(said);
  });

  it('nothing is said without any', () => {
    expect(certificateRisks(lonelyView(), on('03-01'))).toEqual([]);
  });
});
