import * as z from 'zod';
import { RoleName } from './node.ts';

const Roles = z.array(RoleName.exclude(['node']));

/** A decision under `wishes/<id>`: what the operator wants of one node's roles; the rest is left to the brain. */
export const Wish = z
  .strictObject({
    /** Roles that it is to carry. */
    set: Roles.exactOptional(),
    /** Roles that it is never to carry. */
    forbid: Roles.exactOptional(),
  })
  .refine(({ set = [], forbid = [] }) => !set.some((role) => forbid.includes(role)), {
    error: 'a role is either set or forbidden',
  });
export type Wish = z.infer<typeof Wish>;
