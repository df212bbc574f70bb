import { expect, test } from 'vitest';
import { reportedError } from '../../../../agent/api/contract.ts';

const parts = { what: 'it is not there', why: 'it was removed', next: 'muster node ls' };

test.each([
  { what: 'a known code', code: 'not-found', found: 'not-found' },
  { what: 'a code of a newer version', code: 'out-of-tea', found: 'bug' },
  { what: 'a word that every object knows', code: 'constructor', found: 'bug' },
])('$what comes back as it was said', ({ code, found }) => {
  const error = reportedError(JSON.stringify({ error: { code, ...parts } }));
  expect(error).toMatchObject({ code: found, message: parts.what, why: parts.why, next: parts.next });
});

test.each(['', 'Bad Gateway', '{}', '{"error":{"code":"bug"}}', 'null', '[]'])('%j is no report', (body) => {
  expect(reportedError(body)).toBeUndefined();
});
