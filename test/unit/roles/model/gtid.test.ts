import { expect, it } from 'vitest';
import { holdsAll } from '../../../../roles/model/gtid.ts';

it.each([
  ['0-1-7', '0-2-7', true],
  ['0-1-7', '0-1-8', false],
  ['0-1-10', '0-1-9', true],
  ['0-1-7', '', true],
  ['', '0-1-1', false],
  ['', '', true],
  ['0-1-7,1-1-3', '1-2-3', true],
  ['0-1-7', '0-1-7,1-2-3', false],
])('"%s" holds all of "%s": %s', (position, other, holds) => {
  expect(holdsAll(position, other)).toBe(holds);
});
