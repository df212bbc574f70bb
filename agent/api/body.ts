import type { Context, MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { createMiddleware } from 'hono/factory';
import * as z from 'zod';
import { MusterError } from '../../roles/model/errors.ts';
import { answerError } from './answer.ts';
import { parse, parseJson, queryOf } from './parse.ts';

/** Many times what settings for a hundred nodes need, and nothing that could hurt the agent's memory. */
const bodyLimitBytes = 256 * 1024;

const limitBody = bodyLimit({
  maxSize: bodyLimitBytes,
  onError: (c) => {
    const error = new MusterError('request-invalid', {
      what: `the body is larger than ${String(bodyLimitBytes / 1024)} KiB`,
      why: 'nothing that this API takes is ever that large; nothing was changed',
      next: 'muster --help',
    });
    return answerError(c, error, 413);
  },
});

const requireJson = createMiddleware(async (c, next) => {
  const type = c.req.header('content-type') ?? '';
  if (/^application\/json\s*(;|$)/i.test(type)) return next();
  const error = new MusterError('request-invalid', {
    what: `the content type must be application/json, got '${type}'`,
    why: 'this API takes JSON only; nothing was changed',
    next: 'muster --help',
  });
  return answerError(c, error, 415);
});

/** Before every route that takes a body. */
export const jsonBody: readonly [MiddlewareHandler, MiddlewareHandler] = [limitBody, requireJson];

/** The body, parsed; throws `request-invalid` with every fault. */
export async function bodyOf<Value>(c: Context, schema: z.ZodType<Value>): Promise<Value> {
  return parse(schema, parseJson(await c.req.text()));
}

const ChangeQuery = z.strictObject({ 'dry-run': z.int().min(0).max(1).default(0) });

/** Whether only the consequence is asked for. */
export function isDryRun(c: Context): boolean {
  return parse(ChangeQuery, queryOf(c.req.queries()))['dry-run'] === 1;
}
