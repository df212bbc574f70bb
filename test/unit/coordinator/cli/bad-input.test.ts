import { expect, test } from 'vitest';
import { MusterError } from '../../../../roles/model/errors.ts';
import { fakeClient } from '../../../support/fake-client.ts';
import { muster } from '../../../support/fake-context.ts';

test.each([
  ['statsu', "unknown command 'statsu'", 'did you mean status?', 'muster --help'],
  ['xyzzy', "unknown command 'xyzzy'", 'not one that muster takes', 'muster --help'],
  ['status --jsno', "unknown option '--jsno'", 'did you mean --json?', 'muster status --help'],
  ['status now', "too many arguments for 'status'", '', 'muster status --help'],
  ['events -n many', "'many' is invalid", '', 'muster events --help'],
  ['events -n NaN', "'NaN' is invalid", '', 'muster events --help'],
  ['events -n -1', "'-1' is invalid", '', 'muster events --help'],
  ['events -n 1e3', "'1e3' is invalid", '', 'muster events --help'],
  ['events -n 1001', "'1001' is invalid", '', 'muster events --help'],
  ['events -n', 'argument missing', '', 'muster events --help'],
  ['why', "missing required argument 'NODE'", '', 'muster why --help'],
  ['settings shwo', "unknown command 'shwo'", 'did you mean show?', 'muster settings --help'],
  ['settings set', 'missing required argument', '', 'muster settings --help'],
  ['settings set web.workers', "'web.workers' is not of the form KEY=VALUE", '', 'muster settings show'],
  ['settings set =4', "'=4' is not of the form KEY=VALUE", '', 'muster settings show'],
  ['settings set web.workres=4', 'web.workres: there is no such key', 'did you mean web.workers?', ''],
  ['settings set wb.workers=4', 'wb.workers: there is no such key', 'did you mean web.workers?', ''],
  ['settings set __proto__.x=4', '__proto__.x: there is no such key', '', ''],
  ['settings set constructor=4', 'constructor: there is no such key', '', ''],
  ['settings set web.workers.x=4', 'web.workers.x: there is no such key', '', ''],
  ['settings set web.aliases=[', "web.aliases: '[' cannot be read as a value", '', ''],
  ['docs errrs', "no page 'errrs'", 'did you mean errors?', 'muster docs'],
  ['docs ../../etc/passwd', "no page '../../etc/passwd'", 'its pages are cli, errors', 'muster docs'],
])('%s', async (line, what, why, next) => {
  const client = fakeClient();

  const { code, stdout, stderr } = await muster(line, { client });

  expect([code, stdout]).toEqual([2, '']);
  const [first, second, third, fourth] = stderr.split('\n');
  expect(first).toContain(what);
  expect(second).toContain(why);
  expect(third).toContain(next);
  expect(fourth).toMatch(/^ {2}code {2}[a-z-]+ \(muster docs errors\)$/);
  expect(client.changes).toEqual([]);
});

const broken = fakeClient({ status: () => Promise.reject(new TypeError('x is undefined')) });

test('a stack is shown with --debug only', async () => {
  const quiet = await muster('status', { client: broken });
  const loud = await muster('status --debug', { client: broken });

  expect(quiet.stderr).not.toContain('    at ');
  expect(quiet.stderr).toContain('x is undefined');
  expect(loud.stderr).toContain('    at ');
  expect([quiet.code, loud.code]).toEqual([1, 1]);
});

test('an interrupt is 130 whatever the verb was doing', async () => {
  const error = new MusterError('agent-unreachable', { what: 'aborted', why: 'aborted', next: 'again' });
  const client = fakeClient({ status: () => Promise.reject(error) });

  const { code, stderr } = await muster('status', { client, signal: AbortSignal.abort() });

  expect([code, stderr]).toEqual([130, '']);
});

test('settings without a verb of its own tells its help', async () => {
  const { code, stderr } = await muster('settings');

  expect(code).toBe(2);
  expect(stderr).toContain('Usage: muster settings');
});
