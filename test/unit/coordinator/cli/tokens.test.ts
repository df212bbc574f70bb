import { expect, test } from 'vitest';
import {
  ChangeReport,
  InspectionReport,
  schemaVersion,
  TokenReport,
  TokensReport,
} from '../../../../agent/api/contract.ts';
import { mostTokenMinutes, mostTokenUses } from '../../../../coordinator/cli/commands/arguments.ts';
import { MusterError } from '../../../../roles/model/errors.ts';
import { encodeToken, TokenOptions } from '../../../../roles/model/token.ts';
import { fakeClient, sampleToken } from '../../../support/fake-client.ts';
import { muster } from '../../../support/fake-context.ts';

const text = encodeToken(sampleToken);

test('create prints what to paste, and on the other stream how long it is good', async () => {
  const { code, stdout, stderr } = await muster('token create');

  expect([code, stdout]).toEqual([0, 'curl … | sh\n\nwithout curl:\nwget … | sh\n']);
  expect(stderr).toBe(
    'Good until 2026-01-01T13:00:00.000Z, for 10 machines. To take it back: muster token revoke taaaaaaaaaaaa\n',
  );
});

test.each([
  ['token create', 'token for 10 within 60 min'],
  ['token create --uses 1 --minutes 10080', 'token for 1 within 10080 min'],
  ['token create --uses 1000 --minutes 1 --json', 'token for 1000 within 1 min'],
  ['token revoke taaaaaaaaaaaa', 'taaaaaaaaaaaa revoked'],
])('%s', async (line, order) => {
  const client = fakeClient();

  expect((await muster(line, { client })).code).toBe(0);
  expect(client.orders).toEqual([order]);
});

test('the most of uses and of minutes is what the contract takes', () => {
  const most = { uses: mostTokenUses, lifetimeMinutes: mostTokenMinutes };

  expect(TokenOptions.safeParse(most).success).toBe(true);
  expect(TokenOptions.safeParse({ ...most, uses: mostTokenUses + 1 }).success).toBe(false);
  expect(TokenOptions.safeParse({ ...most, lifetimeMinutes: mostTokenMinutes + 1 }).success).toBe(false);
});

test('ls says what has become of each', async () => {
  const { stdout } = await muster('token ls');

  expect(stdout).toBe(
    [
      'TOKEN          STATE    ENDS       USES LEFT  ADMITTED',
      'taaaaaaaaaaaa  good     in 54 min          9  naaaaaaaaaaaa',
      'tbbbbbbbbbbbb  revoked  in 54 min         10  -',
      '',
    ].join('\n'),
  );
});

test('no token at all says how to make one', async () => {
  const client = fakeClient({ tokens: async () => ({ schemaVersion, tokens: [] }) });

  expect((await muster('token ls', { client })).stdout).toContain('muster token create');
});

test('revoke prints the answer', async () => {
  expect((await muster('token revoke taaaaaaaaaaaa')).stdout).toBe('taaaaaaaaaaaa is revoked\n');
});

test('inspect says what the token says and what has become of it', async () => {
  const { stdout, stderr } = await muster(['token', 'inspect', text]);

  expect(stdout).toBe(
    [
      'token      taaaaaaaaaaaa',
      'state      good',
      'ends       2026-01-01T13:00:00.000Z (in 54 min)',
      'uses left  9',
      'cluster    caaaaaaaaaaaa',
      'addresses  10.77.0.11',
      `pin        ${sampleToken.pin}`,
      '',
    ].join('\n'),
  );
  expect(stderr).toBe('');
});

const old = { ...sampleToken, expiresAt: '2026-01-01T12:00:00.000Z' };

test.each([
  ['agent-unreachable', sampleToken, 'unknown'],
  ['not-root', sampleToken, 'unknown'],
  ['agent-unreachable', old, 'expired'],
] as const)('inspect after %s reads the token alone, and says so', async (code, token, state) => {
  const down = new MusterError(code, { what: 'nobody answers', why: 'w', next: 'n' });
  const client = fakeClient({ inspectToken: () => Promise.reject(down) });

  const outcome = await muster(['token', 'inspect', encodeToken(token), '--json'], { client });

  const { secret: _, ...open } = token;
  expect([outcome.code, JSON.parse(outcome.stdout)]).toEqual([0, { schemaVersion, ...open, state }]);
  expect(outcome.stderr).toBe(
    'Only what the token itself says is known, not what has become of it: nobody answers.\n',
  );
});

test.each([[], ['--json']])('the secret is never printed by inspect %s', async (...options) => {
  const down = new MusterError('agent-unreachable', { what: 'nobody answers', why: 'w', next: 'n' });
  const silent = fakeClient({ inspectToken: () => Promise.reject(down) });

  for (const client of [fakeClient(), silent]) {
    const { stdout, stderr } = await muster(['token', 'inspect', text, ...options], { client });
    expect(stdout + stderr).not.toContain(sampleToken.secret);
    expect(stdout + stderr).not.toContain(text);
  }
});

test.each([
  ['token create --json', TokenReport],
  ['token ls --json', TokensReport],
  ['token revoke taaaaaaaaaaaa --json', ChangeReport],
  [`token inspect ${text} --json`, InspectionReport],
])('%s prints nothing but data', async (line, schema) => {
  const { stdout, stderr } = await muster(line, { colour: true, terminal: true });

  expect(schema.safeParse(JSON.parse(stdout)).error).toBeUndefined();
  expect(stderr).toBe('');
});
