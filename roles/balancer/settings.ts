import * as z from 'zod';

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
});
export type BalancerSettings = z.infer<typeof BalancerSettings>;
