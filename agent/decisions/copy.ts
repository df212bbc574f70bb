import * as z from 'zod';

/** The answer of `GET /v1/decisions`: the decisions as the node that is asked has them. */
export const DecisionsCopy = z.strictObject({
  revision: z.int().nonnegative(),
  entries: z.record(z.string(), z.strictObject({ value: z.string(), modRevision: z.int().nonnegative() })),
  /** Whether that node hears the store itself, and a sentence about it. */
  store: z.strictObject({ answers: z.boolean(), sentence: z.string() }),
});
export type DecisionsCopy = z.infer<typeof DecisionsCopy>;
