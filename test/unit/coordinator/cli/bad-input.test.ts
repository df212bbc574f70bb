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
  ['settings set vpi=10.0.0.1', 'vpi: there is no such key', 'did you mean cluster.vip?', ''],
  ['settings set names=x', 'names: there is no such key', 'did you mean cluster.name?', ''],
  ['settings set vip.x=1', 'vip.x: there is no such key', '', ''],
  ['node lst', "unknown command 'lst'", 'did you mean ls?', 'muster node --help'],
  ['node ls b1', "too many arguments for 'ls'", '', 'muster node --help'],
  ['node show', "missing required argument 'NODE'", '', 'muster node --help'],
  ['node show b9', 'b9', '', 'muster node ls'],
  ['node drain', "missing required argument 'NODE'", '', 'muster node --help'],
  ['node drain b9', 'b9', '', 'muster node ls'],
  ['node drain b1 b2', "too many arguments for 'drain'", '', 'muster node --help'],
  ['node drain b1 --yes', "unknown option '--yes'", '', 'muster node --help'],
  ['node undrain b9', 'b9', '', 'muster node ls'],
  ['node undrain', "missing required argument 'NODE'", '', 'muster node --help'],
  ['node rm', "missing required argument 'NODE'", '', 'muster node --help'],
  ['node rm b9 --yes', 'b9', '', 'muster node ls'],
  ['node rm b1 --yse', "unknown option '--yse'", 'did you mean --yes?', 'muster node --help'],
  ['rejoin', "missing required argument 'ADDRESS'", '', 'muster rejoin --help'],
  ['rejoin b2', 'an IPv4 address, as in 10.77.0.12', '', 'muster rejoin --help'],
  ['rejoin fd00::2', 'an IPv4 address, as in 10.77.0.12', '', 'muster rejoin --help'],
  ['rejoin 10.88.0.12 10.88.0.13', "too many arguments for 'rejoin'", '', 'muster rejoin --help'],
  ['role set b1', "missing required argument 'ROLE'", '', 'muster role --help'],
  ['role set b1 wbe', "'wbe' is invalid", 'did you mean web?', 'muster role --help'],
  ['role set b1 node', 'one of balancer, cache, web, db, storage', '', 'muster role --help'],
  ['role set b1 WEB', "'WEB' is invalid", '', 'muster role --help'],
  ['role forbid b9 web', 'b9', '', 'muster node ls'],
  ['role forbid', "missing required argument 'NODE'", '', 'muster role --help'],
  ['role auto b1 xyzzy', "'xyzzy' is invalid", 'nothing was changed', 'muster role --help'],
  ['role sett b1 web', "unknown command 'sett'", 'did you mean set?', 'muster role --help'],
  ['token create --uses 0', 'whole number from 1 to 1000', '', 'muster token --help'],
  ['token create --uses 1001', "'1001' is invalid", '', 'muster token --help'],
  ['token create --uses -1', "'-1' is invalid", '', 'muster token --help'],
  ['token create --uses 1.5', "'1.5' is invalid", '', 'muster token --help'],
  ['token create --uses', 'argument missing', '', 'muster token --help'],
  ['token create --minutes 10081', 'whole number from 1 to 10080', '', 'muster token --help'],
  ['token create --minutes soon', "'soon' is invalid", '', 'muster token --help'],
  ['token create 5', "too many arguments for 'create'", '', 'muster token --help'],
  ['token revoke', "missing required argument 'ID'", '', 'muster token --help'],
  ['token revoke tzzzzzzzzzzzz', 'tzzzzzzzzzzzz', '', 'muster --help'],
  ['token inspect', "missing required argument 'TOKEN'", '', 'muster token --help'],
  ['token inspect muster1.abc', 'the token is damaged: it ends too early', '', 'muster token create'],
  ['token inspect muster1.a b', "too many arguments for 'inspect'", '', 'muster token --help'],
  ['token inspect xyzzy', 'it does not begin with muster1', '', 'muster token create'],
  ['join', "required option '--token <token>' not specified", '', 'muster join --help'],
  ['join muster1.a', "required option '--token <token>'", '', 'muster join --help'],
  ['join --token', 'argument missing', '', 'muster join --help'],
  ['join --token a --address b2', "'b2' is invalid", '', 'muster join --help'],
  ['join --token a --address 10.0.0.256', 'must be an IPv4 address', '', 'muster join --help'],
  ['init --vip shop', 'must be an IPv4 address', '', 'muster init --help'],
  ['init --vip 10.0.0.9/33', "'10.0.0.9/33' is invalid", '', 'muster init --help'],
  ['init --vip 10.0.0.9/24/1', "'10.0.0.9/24/1' is invalid", '', 'muster init --help'],
  ['init --vip 10.0.0.9/', "'10.0.0.9/' is invalid", '', 'muster init --help'],
  ['init --vip 10.0.0.1 --vip 10.0.0.2 --vip 10.0.0.3', 'two shared addresses', '', 'muster init --help'],
  ['init --vip 10.0.0.1 --vip 10.0.0.1/24', 'twice', '', 'muster init --help'],
  ['completion', "missing required argument 'SHELL'", '', 'muster completion --help'],
  ['completion bsh', "'bsh' is invalid", 'did you mean bash?', 'muster completion --help'],
  ['completion powershell', 'one of bash, zsh, fish', '', 'muster completion --help'],
  ['docs errrs', "no page 'errrs'", 'did you mean errors?', 'muster docs'],
  ['docs ../../etc/passwd', "no page '../../etc/passwd'", 'its pages are cli, errors', 'muster docs'],
])('%s', async (line, what, why, next) => {
  const client = fakeClient();
  const reached: unknown[] = [];
  const note = async (options: unknown): Promise<void> => void reached.push(options);

  const { code, stdout, stderr } = await muster(line, { client, local: { init: note, join: note } });

  expect([code, stdout]).toEqual([2, '']);
  const [first, second, third, fourth] = stderr.split('\n');
  expect(first).toContain(what);
  expect(second).toContain(why);
  expect(third).toContain(next);
  expect(fourth).toMatch(/^ {2}code {2}[a-z-]+ \(muster docs errors\)$/);
  expect([client.changes, client.orders, reached]).toEqual([[], [], []]);
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

test.each(['settings', 'node', 'role', 'token'])(
  '%s without a verb of its own tells its help',
  async (word) => {
    const { code, stderr } = await muster(word);

    expect(code).toBe(2);
    expect(stderr).toContain(`Usage: muster ${word}`);
  },
);

test('node rm without a terminal needs --yes, and says first what it would mean', async () => {
  const client = fakeClient();

  const { code, stdout, stderr } = await muster('node rm b1', { client });

  expect([code, stdout, client.orders]).toEqual([2, '', []]);
  expect(stderr).toContain('it would be: b1 removed');
  expect(stderr).toContain('answer-needed');
});
