import type { Certificate } from '../../roles/model/certificate.ts';

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
