import { type Certificate, certificateRevision } from '../../roles/model/certificate.ts';
import type { View } from '../../roles/model/view.ts';
import { lonelyView } from './sample-views.ts';

/** Somebody's certificate, as a decision. Its chain is no real one. */
export function sampleCertificate(part: Partial<Certificate> = {}): Certificate {
  return {
    domains: ['shop.example'],
    chain: '-----BEGIN CERTIFICATE-----\nc2hvcA==\n-----END CERTIFICATE-----\n',
    notBefore: '2026-01-01T00:00:00.000Z',
    notAfter: '2026-04-01T00:00:00.000Z',
    issuer: 'Sample CA',
    source: 'own',
    requestedBy: 'operator',
    ...part,
  };
}

/** The thumbprint of no real account. */
export const sampleThumbprint = 'T'.repeat(43);

/** One node, which shows a certificate of the operator's; another could not be obtained so far. */
export function certifiedView(): View {
  const shop = sampleCertificate();
  const applied = { balancer: certificateRevision('shop', shop) };
  return {
    ...lonelyView({ applied }),
    certificates: { shop },
    orders: {
      blog: {
        domains: ['blog.example', 'www.blog.example'],
        requestedBy: 'app blog',
        failures: 2,
        nextTryAt: '2026-01-01T12:20:00.000Z',
        trouble: 'blog.example leads elsewhere',
      },
    },
  };
}
