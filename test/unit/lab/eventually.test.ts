import { expect, test } from 'vitest';

import { eventually } from '../../lab/harness/eventually.ts';

const SOON = { deadlineMs: 40, everyMs: 5 };

test('returns what was seen once it is so', async () => {
  let looks = 0;
  const seen = await eventually('the third look', async () => (++looks < 3 ? undefined : looks), SOON);
  expect(seen).toBe(3);
});

test('an error means not yet', async () => {
  let looks = 0;
  const look = async (): Promise<string> => {
    looks += 1;
    if (looks < 2) throw new Error('not there');
    return 'there';
  };
  expect(await eventually('it is there', look, SOON)).toBe('there');
});

test('in vain: what, how long, and the last thing seen', async () => {
  const fail = async (): Promise<never> => {
    throw new Error('port closed');
  };
  await expect(eventually('port 80 answers', fail, SOON)).rejects.toThrow(
    /in vain for 0\.\d s: port 80 answers; it failed with: port closed/,
  );
  await expect(eventually('it is so', async () => false, SOON)).rejects.toThrow(/the last answer was: false/);
});
