import * as z from 'zod';

const addressForms = z.union([z.ipv4(), z.cidrv4()]);

/** `10.0.0.100`, or `10.0.0.100/24` where the address is to be set with the network's own prefix. */
const SharedAddress = z
  .string()
  .refine((text) => addressForms.safeParse(text).success, 'an address is like 10.0.0.100 or 10.0.0.100/24');

/** Two balancers each hold one, two more stand by: more addresses than two would each need their own pair. */
const SharedAddresses = z
  .array(SharedAddress)
  .min(1)
  .max(2)
  .refine((all) => new Set(all.map((text) => text.split('/')[0])).size === all.length, {
    error: 'two shared addresses are two different ones',
  });

/** What the operator wants of the cluster as a whole. Each role adds a section of its own (roles/registry.ts). */
export const ClusterSettings = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$/, 'a cluster name is 1-32 characters of a-z, 0-9 and -')
    .default('muster')
    .describe('What people call this cluster; shown in status and on the default page.'),
  vip: z
    .union([z.null(), SharedAddress, SharedAddresses])
    .default(null)
    .describe(
      'The address users call, which moves between balancers within a second: a free one of their network, or a list of two.',
    ),
});
export type ClusterSettings = z.infer<typeof ClusterSettings>;
