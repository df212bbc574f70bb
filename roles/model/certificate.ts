import * as z from 'zod';
import { fingerprint } from './fingerprint.ts';

/** A name that a certificate speaks for: lower case, two labels or more; `*.` stands for any one label. */
export const CertificateDomain = z
  .string()
  .max(253)
  .regex(
    /^(\*\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/,
    'a domain is like shop.example or *.shop.example, in lower case',
  );

/** What people call a certificate, and the end of its secret's name. */
export const CertificateName = z
  .string()
  .regex(
    /^[a-z0-9]([a-z0-9-]{0,46}[a-z0-9])?$/,
    'a certificate is named by 1-48 characters of a-z, 0-9 and -',
  );

/** As many as an ACME authority takes for one certificate. */
export const mostDomains = 100;

/**
 * A decision under `certificates/<name>`: a certificate in use. Its key is the field `key` of a secret. What a newer
 * version adds is passed over: a balancer that could not read it would close its port.
 */
export const Certificate = z.object({
  domains: z.array(CertificateDomain).min(1).max(mostDomains),
  /** PEM, the certificate itself first. */
  chain: z
    .string()
    .min(1)
    .max(64 * 1024),
  notBefore: z.iso.datetime(),
  notAfter: z.iso.datetime(),
  /** For people: who signed it. */
  issuer: z.string(),
  /** `own`: the operator brings the next one. `acme`: it is renewed by itself. */
  source: z.enum(['own', 'acme']),
  /** Who asked for it: `operator`, or the application that it is for. */
  requestedBy: z.string().min(1),
});
export type Certificate = z.infer<typeof Certificate>;

/** A decision under `orders/<name>`: a certificate that is being obtained. It ends with the certificate. */
export const CertificateOrder = z.strictObject({
  domains: z.array(CertificateDomain).min(1).max(mostDomains),
  requestedBy: z.string().min(1),
  /** Where the authority keeps the order; absent while none is under way. */
  url: z.url().exactOptional(),
  /** How often the authority has refused, or could not be reached, in a row. */
  failures: z.int().nonnegative(),
  /** Not before then is it tried again. */
  nextTryAt: z.iso.datetime(),
  /** Why the last try failed. */
  trouble: z.string().exactOptional(),
});
export type CertificateOrder = z.infer<typeof CertificateOrder>;

/** A decision under `acme`: the account of this cluster with an ACME authority. Its key is a secret. */
export const AcmeAccount = z.strictObject({
  /** The authority's directory that it was made with. */
  directory: z.url(),
  /** Of the account's key (RFC 7638): with it every balancer answers every challenge by itself. */
  thumbprint: z.string().regex(/^[\w-]{43}$/),
  /** What the authority calls it; absent until it has answered. */
  url: z.url().exactOptional(),
});
export type AcmeAccount = z.infer<typeof AcmeAccount>;

/** The secret that holds a certificate's key; sealed to balancers and voters. */
export function certificateSecret(name: string): string {
  return `cert-${name}`;
}

/** The field of such a secret: PKCS #8 in PEM. */
export const keyField = 'key';

/** In `facts.applied` of a balancer: it shows this certificate. */
export function certificateRevision(name: string, { chain }: Pick<Certificate, 'chain'>): string {
  return `certificate-${name}-${fingerprint(chain)}`;
}

/** In `facts.applied` of a balancer: it answers the challenges of this account. */
export function challengeRevision({ thumbprint }: Pick<AcmeAccount, 'thumbprint'>): string {
  return `acme-${thumbprint}`;
}

/** What a certificate is called when nobody says: after its first domain. */
export function certificateNameFor(domain: string): string {
  const words = domain.replace(/^\*\./, 'wildcard-').replaceAll('.', '-');
  return words.slice(0, 48).replace(/-+$/, '');
}
