import * as z from 'zod';

/** The operator's wishes for web servers: `web:` in muster.yml. */
export const WebSettings = z.strictObject({
  workers: z
    .union([z.literal('auto'), z.int().min(2).max(1_000)])
    .default('auto')
    .describe('PHP requests one node works on at a time; auto sizes it from memory and cores.'),
  workerMemoryMiB: z
    .int()
    .min(8)
    .max(4_096)
    .default(40)
    .describe('Memory that one PHP worker takes on average; what auto reckons with.'),
  memoryLimitMiB: z
    .int()
    .min(16)
    .max(8_192)
    .default(128)
    .describe('The most memory a single PHP request may take (memory_limit).'),
  uploadLimitMiB: z
    .int()
    .min(1)
    .max(4_096)
    .default(64)
    .describe('The largest upload (upload_max_filesize, post_max_size and LimitRequestBody).'),
  requestTimeoutSeconds: z.int().min(1).max(3_600).default(60).describe('How long one PHP request may run.'),
});
export type WebSettings = z.infer<typeof WebSettings>;
