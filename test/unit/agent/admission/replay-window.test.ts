import { array, assert, integer, property, uniqueArray } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ReplayWindow } from '../../../../agent/admission/replay-window.ts';

const width = 64;

describe('the replay window', () => {
  test.each([
    { what: 'lets what comes in order through', numbers: [1, 2, 3], passed: [true, true, true] },
    { what: 'lets what is lost be lost', numbers: [1, 50, 1000], passed: [true, true, true] },
    { what: 'lets what was overtaken through', numbers: [3, 1, 2], passed: [true, true, true] },
    { what: 'refuses the second time', numbers: [1, 2, 1, 2], passed: [true, true, false, false] },
    { what: 'keeps the last 64', numbers: [65, 2, 1], passed: [true, true, false] },
    { what: 'knows no number 0', numbers: [0, 1], passed: [false, true] },
    { what: 'takes the largest there is', numbers: [2 ** 32 - 1, 2 ** 32 - 1], passed: [true, false] },
  ])('$what', ({ numbers, passed }) => {
    const window = new ReplayWindow();
    expect(numbers.map((sequence) => window.pass(1, sequence))).toEqual(passed);
  });

  test('begins anew with a later epoch, and never goes back', () => {
    const window = new ReplayWindow(5);
    expect(window.pass(4, 1)).toBe(false);
    expect(window.pass(5, 7)).toBe(true);
    expect(window.pass(6, 7)).toBe(true);
    expect(window.pass(5, 8)).toBe(false);
    expect(window.epoch).toBe(6);
  });

  test('lets none through twice, whatever comes', () => {
    const many = array(integer({ min: 1, max: 200 }), { maxLength: 400 });
    assert(
      property(many, (numbers) => {
        const window = new ReplayWindow();
        const passed = numbers.filter((sequence) => window.pass(1, sequence));
        expect(new Set(passed).size).toBe(passed.length);
      }),
    );
  });

  test('lets each through once in any order within the window', () => {
    const some = uniqueArray(integer({ min: 1001, max: 1000 + width }), { minLength: 1, maxLength: width });
    assert(
      property(some, (numbers) => {
        const window = new ReplayWindow();
        expect(numbers.every((sequence) => window.pass(1, sequence))).toBe(true);
        expect(numbers.some((sequence) => window.pass(1, sequence))).toBe(false);
      }),
    );
  });
});
