import * as z from 'zod';

/** The public authority that most use. Another one, or a private one, is set by its own directory. */
const letsEncrypt = 'https://acme-v02.api.letsencrypt.org/directory';

/** How certificates are obtained by themselves. */
const AcmeSettings = z.strictObject({
  agreed: z
    .boolean()
    .default(false)
    .describe('Whether you agree to the terms of the authority; without it no certificate is asked for.'),
  email: z
    .union([z.null(), z.email()])
    .default(null)
    .describe('Where the authority can reach you; some want one.'),
  directory: z
    .url({ protocol: /^https$/, error: 'a directory is a URL that begins with https://' })
    .default(letsEncrypt)
    .describe('The directory of the ACME authority (RFC 8555).'),
  // Text and nothing else: a value that could also be null is read as YAML, which folds the lines of a PEM into one.
  authority: z
    .string()
    .regex(/^$|^-----BEGIN CERTIFICATE-----\r?\n/, 'it must be a certificate in PEM, or nothing')
    .default('')
    .describe(
      'Whom to believe that it is the authority, in PEM, for one that only you know of; empty for public ones.',
    ),
});

/** The operator's wishes for balancers: `balancer:` in muster.yml. */
export const BalancerSettings = z.strictObject({
  maxConnections: z
    .union([z.literal('auto'), z.int().min(100).max(1_000_000)])
    .default('auto')
    .describe(
      'Client connections one balancer holds at a time; auto is 10,000. Cut to what the machine allows.',
    ),
  requestTimeoutSeconds: z
    .int()
    .min(1)
    .max(3_600)
    .default(60)
    .describe('How long a web server may take to begin its answer before the client is told 504.'),
  https: z
    .enum(['redirect', 'both', 'off'])
    .default('redirect')
    .describe(
      'What becomes of http where a certificate speaks for the name: sent on to https, or served too; off serves no https at all.',
    ),
  hstsDays: z
    .int()
    .min(0)
    .max(730)
    .default(0)
    .describe('For how long browsers are told to come by https only (HSTS); there is no taking it back.'),
  acme: AcmeSettings.prefault({}),
});
export type BalancerSettings = z.infer<typeof BalancerSettings>;
