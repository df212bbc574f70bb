import { assert, integer, property } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { asMusterError, type MusterError } from '../../../../roles/model/errors.ts';
import {
  decodeToken,
  encodeToken,
  refuseExpired,
  secretHash,
  type Token,
  TokenOptions,
  type TokenRecord,
  tokenState,
} from '../../../../roles/model/token.ts';

const token: Token = {
  id: 'taaaaaaaaaaaa',
  secret: 'AAECAwQFBgcICQoLDA0ODw',
  clusterId: 'cbbbbbbbbbbbb',
  addresses: ['10.0.0.5'],
  pin: 'sha256//RBNvo1WzZ4oRRq0W9+hknpT7T8If536DEMBg9hyq/4o=',
  expiresAt: '2026-01-01T13:00:00.000Z',
};
const text = encodeToken(token);

function refusal(run: () => unknown): MusterError {
  try {
    run();
  } catch (error) {
    return asMusterError(error);
  }
  throw new Error('it was not refused');
}

test('what is encoded is decoded, one word of one kind', () => {
  expect(text).toMatch(/^muster1\.[\w-]+\.[0-9a-f]{8}$/);
  expect(decodeToken(text)).toEqual(token);
  expect(decodeToken(`  ${text}\n`)).toEqual(token);
});

test('it is short enough for one line of a terminal twice over', () => {
  expect(text.length).toBeLessThan(400);
});

/** A token whose parts fit each other, and that says something else. */
function encodeOther(payload: string): string {
  const sealed = encodeToken(token);
  const body = `muster1.${Buffer.from(payload).toString('base64url')}`;
  expect(sealed).not.toContain(body);
  return `${body}.${checksumOf(body)}`;
}

function checksumOf(body: string): string {
  // The error of a wrong checksum does not tell the right one, so it is worked out as the format says.
  return secretHashOfText(body).slice(0, 8);
}

function secretHashOfText(body: string): string {
  return secretHash(Buffer.from(body).toString('base64url'));
}

describe('a damaged token says how', () => {
  test.each([
    { what: 'nothing', pasted: '', says: 'does not begin with muster1' },
    { what: 'its beginning cut off', pasted: text.slice(9), says: 'does not begin with muster1' },
    { what: 'another version', pasted: text.replace('muster1', 'muster2'), says: 'it begins with muster2' },
    { what: 'the prefix alone', pasted: 'muster1', says: 'it ends too early' },
    { what: 'cut in its payload', pasted: text.slice(0, 100), says: 'it ends too early' },
    { what: 'cut at its last dot', pasted: text.slice(0, -8), says: 'it ends too early' },
    { what: 'cut by one character', pasted: text.slice(0, -1), says: 'it ends too early' },
    { what: 'a line break in it', pasted: `${text.slice(0, 80)}\n${text.slice(80)}`, says: 'a line break' },
    { what: 'two pastes', pasted: `${text} ${text}`, says: 'a line break' },
    { what: 'more behind its end', pasted: `${text}.sh`, says: 'more behind its end' },
    { what: 'a letter too many', pasted: `${text}a`, says: 'its checksum is not right' },
    {
      what: 'a character changed',
      pasted: text.replace(/.(?=\.\w{8}$)/, '-'),
      says: 'its checksum is not right',
    },
    { what: 'no JSON', pasted: encodeOther('hello'), says: 'does not hold what a token holds' },
    { what: 'a field missing', pasted: encodeOther('{"id":"t"}'), says: 'does not hold what a token holds' },
    {
      what: 'no address',
      pasted: encodeOther(JSON.stringify({ ...token, addresses: [] })),
      says: 'does not hold what a token holds',
    },
  ])('$what', ({ pasted, says }) => {
    const error = refusal(() => decodeToken(pasted));
    expect(error.code).toBe('token-refused');
    expect(error.message).toContain(says);
    expect(error.why).not.toBe('');
    expect(error.next).toContain('muster token create');
  });

  test('and never says its secret', () => {
    const bare = encodeOther(JSON.stringify({ ...token, pin: 'none' }));
    const error = refusal(() => decodeToken(bare));
    expect(`${error.message} ${error.why} ${error.next}`).not.toContain(token.secret);
  });

  test('wherever one character is another', () => {
    assert(
      property(integer({ min: 0, max: text.length - 1 }), integer({ min: 33, max: 126 }), (at, code) => {
        const other = String.fromCharCode(code);
        if (text[at] === other) return;
        const error = refusal(() => decodeToken(text.slice(0, at) + other + text.slice(at + 1)));
        expect(error.code).toBe('token-refused');
      }),
    );
  });
});

describe('the end of a token', () => {
  test('is told with both times', () => {
    const error = refusal(() => refuseExpired(token, new Date('2026-01-01T13:00:00.000Z')));
    expect(error).toMatchObject({ code: 'token-refused' });
    expect(error.message).toContain('2026-01-01T13:00:00.000Z');
    expect(error.why).toContain('2026-01-01T13:00:00.000Z');
  });

  test('comes no sooner', () => {
    expect(() => refuseExpired(token, new Date('2026-01-01T12:59:59.999Z'))).not.toThrow();
  });
});

describe('of a new token', () => {
  test('nothing need be said', () => {
    expect(TokenOptions.parse({})).toEqual({ lifetimeMinutes: 60, uses: 10 });
  });

  test.each([
    { lifetimeMinutes: 0 },
    { lifetimeMinutes: 10_081 },
    { uses: 0 },
    { uses: 1.5 },
    { kind: 'voter' },
  ])('%j cannot be asked', (asked) => {
    expect(TokenOptions.safeParse(asked).success).toBe(false);
  });
});

describe('a stored token is', () => {
  const record: TokenRecord = {
    id: token.id,
    secretHash: secretHash(token.secret),
    createdAt: '2026-01-01T12:00:00.000Z',
    expiresAt: token.expiresAt,
    usesLeft: 2,
    revoked: false,
    admitted: [],
  };
  const now = new Date('2026-01-01T12:30:00.000Z');
  test.each([
    { state: 'good', part: {} },
    { state: 'used up', part: { usesLeft: 0 } },
    { state: 'revoked', part: { revoked: true, usesLeft: 0 } },
    { state: 'expired', part: { expiresAt: now.toISOString(), usesLeft: 0 } },
  ])('$state', ({ state, part }) => {
    expect(tokenState({ ...record, ...part }, now)).toBe(state);
  });

  test('never the secret itself', () => {
    // sha256 of the bytes 0 to 15, worked out with sha256sum.
    expect(record.secretHash).toBe('be45cb2605bf36bebde684841a28f0fd43c69850a3dce5fedba69928ee3a8991');
    expect(JSON.stringify(record)).not.toContain(token.secret);
  });
});
