import type * as z from 'zod';
import { type ErrorCode, MusterError, messageOf } from '../../roles/model/errors.ts';
import { explain } from './explain.ts';

/** More faults than this help nobody at once. */
const mostFaults = 8;

/** Parses what a client sent; throws `code` with every fault in words. Nothing is changed by then. */
export function parse<Value>(
  schema: z.ZodType<Value>,
  input: unknown,
  code: Extract<ErrorCode, 'request-invalid' | 'settings-invalid'> = 'request-invalid',
): Value {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const faults = explain(schema, parsed.error, input);
  const shown = faults.slice(0, mostFaults);
  if (shown.length < faults.length) shown.push(`and ${String(faults.length - shown.length)} more`);
  throw new MusterError(code, {
    what: shown.join('; '),
    why:
      code === 'settings-invalid'
        ? 'the settings do not hold together as they were given; nothing was changed'
        : 'the request is not one that this API takes; nothing was changed',
    next: code === 'settings-invalid' ? 'muster docs cli' : 'muster --help',
  });
}

/** The query of a request, each name at most once; what reads as a whole number becomes one. */
export function queryOf(queries: Readonly<Record<string, readonly string[]>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(queries).map(([name, values]) => {
      const value = values.length === 1 ? values[0] : values;
      return [name, typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value];
    }),
  );
}

/** A body as JSON; throws `request-invalid` when it is not. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new MusterError('request-invalid', {
      what: `the body is not JSON: ${messageOf(error)}`,
      why: 'this API takes JSON in UTF-8; nothing was changed',
      next: 'muster --help',
      cause: error,
    });
  }
}
