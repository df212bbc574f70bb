import { describe, expect, it } from 'vitest';
import { delayMs, failuresAfter } from '../../../../../agent/host/services/back-off.ts';

describe('delayMs', () => {
  it('doubles from 0.1 s to 30 s', () => {
    const delays = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 100].map(delayMs);

    expect(delays).toEqual([100, 200, 400, 800, 1600, 3200, 6400, 12_800, 25_600, 30_000, 30_000, 30_000]);
  });
});

describe('failuresAfter', () => {
  it.each([
    ['the first end', 0, 10, 1],
    ['a quick one after others', 4, 59_999, 5],
    ['one after a healthy life', 4, 60_000, 1],
    ['a life of another boot', 4, -1, 1],
  ])('%s', (_, failures, livedMs, expected) => {
    expect(failuresAfter(failures, livedMs)).toBe(expected);
  });
});
