import {
  removeCertificate,
  renewCertificate,
  requestCertificate,
  setCertificate,
} from '../../coordinator/brain/certificates.ts';
import { certificateNameFor, certificateSecret, keyField } from '../../roles/model/certificate.ts';
import type { Clock } from '../../roles/model/ports.ts';
import type { CertificateWords } from '../api/decider.ts';
import { readPair } from '../certificates/read.ts';
import { secretChange } from '../secrets/put.ts';
import { requireAgreement } from './agreement.ts';
import { sayChange, type WordParts } from './word.ts';

/** What operators say of certificates, carried out where the decisions are kept. */
export function certificateWords(parts: WordParts & { readonly clock: Clock }): CertificateWords {
  const now = (): Date => parts.clock.now();
  return {
    set: async ({ name, dryRun, ...pair }) => {
      const { key, notes, ...read } = readPair(pair, now());
      const called = name ?? certificateNameFor(read.domains[0] ?? '');
      const sentence = await sayChange(parts, dryRun, (_, snapshot) => {
        const certificate = { ...read, source: 'own', requestedBy: 'operator' } as const;
        const { transaction, sentences } = setCertificate(snapshot, called, certificate);
        const secret = secretChange(snapshot, certificateSecret(called), { [keyField]: key });
        // Certificate and key in one transaction: a balancer that sees the one has the other.
        const conditions = [...transaction.conditions, ...secret.conditions];
        const put = { ...transaction.put, ...secret.put };
        return { transaction: { ...transaction, conditions, put }, sentences };
      });
      return [sentence, ...notes].join('; ');
    },
    request: ({ name, domains, dryRun }) =>
      sayChange(parts, dryRun, (view, snapshot) => {
        requireAgreement(view);
        const called = name ?? certificateNameFor(domains[0] ?? '');
        return requestCertificate(snapshot, { name: called, domains, requestedBy: 'operator' }, now());
      }),
    renew: (name) =>
      sayChange(parts, false, (view, snapshot) => {
        requireAgreement(view);
        return renewCertificate(snapshot, name, now());
      }),
    remove: ({ name, dryRun }) =>
      sayChange(parts, dryRun, (_, snapshot) => removeCertificate(snapshot, name)),
  };
}
