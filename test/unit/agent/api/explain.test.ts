import { expect, test } from 'vitest';
import { explain } from '../../../../agent/api/explain.ts';
import { SampleSettings } from '../../../support/fake-handle.ts';

function faults(input: unknown): string[] {
  const parsed = SampleSettings.safeParse(input);
  return parsed.success ? [] : explain(SampleSettings, parsed.error, input);
}

test.each<[unknown, string[]]>([
  [{}, []],
  [{ web: { workers: 'many' } }, ["web.workers: must be 'auto' or a whole number ≥ 0, got 'many'"]],
  [{ web: { spare: 'many' } }, ["web.spare: must be a whole number from 0 to 64, got 'many'"]],
  [{ web: { spare: -1 } }, ['web.spare: must be a whole number from 0 to 64, got -1']],
  [{ web: { spare: 1.5 } }, ['web.spare: must be a whole number from 0 to 64, got 1.5']],
  [{ web: { spare: null } }, ['web.spare: must be a whole number from 0 to 64, got null']],
  [{ web: { compress: 'yes' } }, ["web.compress: must be true or false, got 'yes'"]],
  [{ web: { level: 'mid' } }, ["web.level: must be one of 'low', 'high', got 'mid'"]],
  [{ web: { aliases: 'a' } }, ["web.aliases: must be a list, got 'a'"]],
  [{ web: { aliases: ['a', 3] } }, ['web.aliases.1: must be text, got 3']],
  [{ web: [] }, ['web: must be a section of keys and values, got []']],
  [{ wep: {} }, ['wep: there is no such key']],
  [{ web: { a: 1, b: 2 } }, ['web.a: there is no such key', 'web.b: there is no such key']],
  ['text', ["must be a section of keys and values, got 'text'"]],
  [
    { cluster: { name: 'Ü' } },
    ["cluster.name: a cluster name is 1-32 characters of a-z, 0-9 and -, got 'Ü'"],
  ],
])('%j', (input, expected) => {
  expect(faults(input)).toEqual(expected);
});

test('a long value is cut', () => {
  expect(faults({ web: { level: 'x'.repeat(1000) } })[0]?.length).toBeLessThan(140);
});
