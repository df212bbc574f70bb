import { expect, test } from 'vitest';
import { nearest } from '../../../../coordinator/cli/near.ts';
import { table } from '../../../../coordinator/cli/render/table.ts';
import { harmless, oneLine, width } from '../../../../coordinator/cli/render/text.ts';
import { ago, beforeOrAfter, timeOfDay } from '../../../../coordinator/cli/render/time.ts';

test.each([
  ['', 0],
  ['abc', 3],
  ['\u001B[31mred\u001B[39m', 3],
  ['日本', 4],
  ['e\u0301', 1],
  ['👩‍👩‍👧', 2],
  ['Grüße', 5],
])('%j takes %i columns', (text, columns) => {
  expect(width(text)).toBe(columns);
});

test('columns line up whatever stands in them', () => {
  const columns = [{ title: 'A' }, { title: 'N', right: true }, { title: 'B' }];

  expect(table(columns, [['日本', '10', 'x'], ['\u001B[31mc\u001B[39m', '9'], []])).toEqual([
    'A      N  B',
    '日本  10  x',
    '\u001B[31mc\u001B[39m      9',
    '',
  ]);
});

test.each([
  [-5_000, 'now'],
  [0, 'now'],
  [30_000, '30 s ago'],
  [300_000, '5 min ago'],
  [3 * 3_600_000, '3 h ago'],
  [72 * 3_600_000, '3 days ago'],
])('%i ms is %s', (ms, text) => {
  const now = new Date(Date.UTC(2026, 0, 1));

  expect(ago(new Date(now.getTime() - ms), now)).toBe(text);
});

test.each([
  [-300_000, '5 min ago'],
  [-1_000, 'now'],
  [1_000, 'now'],
  [3_599_000, 'in 59 min'],
  [7 * 24 * 3_600_000, 'in 7 days'],
])('in %i ms is %s', (ms, text) => {
  const now = new Date(Date.UTC(2026, 0, 1));

  expect(beforeOrAfter(new Date(now.getTime() + ms), now)).toBe(text);
});

test('a time of day is in UTC and says so', () => {
  expect(timeOfDay(new Date(Date.UTC(2026, 0, 1, 3, 4, 5)))).toBe('03:04:05Z');
});

test('text from elsewhere is one harmless line', () => {
  expect(oneLine(' a\u001B[2J\r\n\tb\u0000 ')).toBe('a b');
  expect(harmless('\ta\u001B[2J\u0007b')).toBe('\tab');
});

test.each([
  ['statsu', 'status'],
  ['web.workres', 'web.workers'],
  ['xyzzy', undefined],
  ['', undefined],
])('%j was meant as %j', (wanted, meant) => {
  expect(nearest(wanted, ['status', 'settings', 'web.workers'])).toBe(meant);
});
