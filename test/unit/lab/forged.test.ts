import { expect, test } from 'vitest';

import { decodeToken, encodeToken, type Token } from '../../../roles/model/token.ts';
import { withOtherPin } from '../../lab/harness/forged.ts';

const said: Token = {
  id: 'taaaaaaaaaaaa',
  secret: 'AAECAwQFBgcICQoLDA0ODw',
  clusterId: 'cbbbbbbbbbbbb',
  addresses: ['10.0.0.5'],
  pin: 'sha256//RBNvo1WzZ4oRRq0W9+hknpT7T8If536DEMBg9hyq/4o=',
  expiresAt: '2026-01-01T13:00:00.000Z',
};

test('another pin wherever the line names it, in the token too, and nothing else changed', () => {
  const token = encodeToken(said);
  const line = `fetch --pin '${said.pin}' | sh -s -- --token ${token}`;
  const { curl, wget } = withOtherPin({
    schemaVersion: 1,
    id: said.id,
    token,
    expiresAt: said.expiresAt,
    uses: 1,
    lines: { curl: line, wget: line },
  });
  const found = /^fetch --pin '(.*)' \| sh -s -- --token (.*)$/.exec(curl);
  const forged = decodeToken(found?.[2] ?? '');
  expect(forged.pin).not.toBe(said.pin);
  expect(found?.[1]).toBe(forged.pin);
  expect({ ...forged, pin: said.pin }).toEqual(said);
  expect(wget).toBe(curl);
});
