import * as z from 'zod';

/** What every node carries has nothing to wish for yet: `node:` in muster.yml is empty. */
export const NodeSettings = z.strictObject({});
export type NodeSettings = z.infer<typeof NodeSettings>;
