import * as z from 'zod';

/** What the operator wants of the cluster as a whole. Each role adds a section of its own (roles/registry.ts). */
export const ClusterSettings = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$/, 'a cluster name is 1-32 characters of a-z, 0-9 and -')
    .default('muster')
    .describe('What people call this cluster; shown in status and on the default page.'),
});
export type ClusterSettings = z.infer<typeof ClusterSettings>;
