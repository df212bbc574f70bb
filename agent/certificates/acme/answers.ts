import * as z from 'zod';

/** What an authority answers (RFC 8555, section 7.1), as far as it is used; more is passed over. */
export const Directory = z.object({ newNonce: z.url(), newAccount: z.url(), newOrder: z.url() });
export type Directory = z.infer<typeof Directory>;

/** Why something was refused (RFC 7807). */
export const Problem = z.object({
  type: z.string().default('about:blank'),
  detail: z.string().default('no reason given'),
  subproblems: z.array(z.object({ detail: z.string().default('') })).default([]),
});
export type Problem = z.infer<typeof Problem>;

export const Order = z.object({
  status: z.enum(['pending', 'ready', 'processing', 'valid', 'invalid']),
  authorizations: z.array(z.url()),
  finalize: z.url(),
  certificate: z.url().optional(),
  error: Problem.optional(),
});
export type Order = z.infer<typeof Order>;

export const Authorization = z.object({
  status: z.enum(['pending', 'valid', 'invalid', 'deactivated', 'expired', 'revoked']),
  identifier: z.object({ value: z.string() }),
  challenges: z.array(
    z.object({ type: z.string(), url: z.url(), status: z.string(), error: Problem.optional() }),
  ),
});
export type Authorization = z.infer<typeof Authorization>;
