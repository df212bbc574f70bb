import { expect, it } from 'vitest';
import { heartbeat, heartbeatRows } from '../../../../roles/db/statements.ts';

const rowOf = (count: number): string => / SELECT (\d+),/.exec(heartbeat(count).join(' '))?.[1] ?? '';

it('signs of life take rows in turn, so that none waits for the one before', () => {
  const rows = Array.from({ length: heartbeatRows }, (_, count) => rowOf(count));
  expect(new Set(rows).size).toBe(heartbeatRows);
  expect(rowOf(heartbeatRows)).toBe(rowOf(0));
});

it('a sign of life waits for a row no longer than a second, and writes nothing on a closed server', () => {
  expect(heartbeat(1)).toEqual([
    expect.stringContaining('innodb_lock_wait_timeout = 1'),
    expect.stringContaining('WHERE @@global.read_only = 0'),
  ]);
});
