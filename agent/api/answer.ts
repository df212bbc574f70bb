import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { ErrorCode, MusterError } from '../../roles/model/errors.ts';
import type { ErrorReport } from './contract.ts';

/** What is not named here is the agent's own trouble: 500. */
const statuses: Partial<Record<ErrorCode, ContentfulStatusCode>> = {
  'request-invalid': 400,
  'not-allowed': 403,
  'token-refused': 403,
  'node-refused': 403,
  'release-mismatch': 403,
  'not-found': 404,
  'settings-changed': 409,
  'settings-invalid': 422,
  'archive-refused': 422,
  'store-unreachable': 503,
};

/** An error as the body of an answer. */
export function errorReport(error: MusterError): ErrorReport {
  return { error: { code: error.code, what: error.message, why: error.why, next: error.next } };
}

/** Answers with an error; the status follows from its code unless HTTP has a better one. */
export function answerError(c: Context, error: MusterError, status?: ContentfulStatusCode): Response {
  return c.json(errorReport(error), status ?? statuses[error.code] ?? 500);
}
