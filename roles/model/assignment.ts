import * as z from 'zod';
import { RoleName } from './node.ts';

/** A decision under `assignments/<id>`: the roles of one node and, for each, the sentence that says why. */
export const Assignment = z.strictObject({
  roles: z.array(RoleName.exclude(['node'])),
  why: z.partialRecord(RoleName, z.string()),
});
export type Assignment = z.infer<typeof Assignment>;
