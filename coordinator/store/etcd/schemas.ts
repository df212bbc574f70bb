import * as z from 'zod';

/** The gateway writes 64-bit numbers as strings, and leaves zero values out. */
const Int64 = z
  .string()
  .regex(/^-?\d+$/)
  .transform(Number)
  .pipe(z.int());
const Int64OrZero = Int64.default(0);

/** Keys and values are bytes, in base64; an empty one is left out. */
const Text = z
  .base64()
  .default('')
  .transform((value) => Buffer.from(value, 'base64').toString('utf8'));

const Header = z.object({ revision: Int64OrZero });

export const RangeAnswer = z.object({
  header: Header,
  kvs: z.array(z.object({ key: Text, value: Text, mod_revision: Int64 })).default([]),
});

export const TxnAnswer = z.object({ header: Header, succeeded: z.boolean().default(false) });

/** A lease's number does not fit into a JavaScript number, and is never counted with: it stays text. */
export const GrantAnswer = z.object({ ID: z.string().regex(/^-?\d+$/) });

/** No TTL: the lease is over. */
export const KeepaliveAnswer = z.object({ result: z.object({ TTL: Int64OrZero }) });

/** One line of a watch. The error comes in the middle of a stream that began well. */
export const WatchLine = z.union([
  z.object({ result: z.object({ canceled: z.boolean().default(false) }) }),
  z.object({ error: z.unknown() }),
]);

/** What the gateway says in place of an answer; `code` is gRPC's. */
export const Refusal = z.object({ code: z.int(), message: z.string().default('') });

/** What a revocation says is of no interest. */
export const Anything = z.unknown();
