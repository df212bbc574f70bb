import { expect, test } from 'vitest';
import type { Finding } from '../../../../agent/cluster/detector-rules.ts';
import { Silences } from '../../../../agent/voter/silences.ts';
import { FakeClock } from '../../../support/fake-clock.ts';

const [b, c] = ['nbbbbbbbbbbbb', 'ncccccccccccc'];

/** Looks every ten seconds, and says what it found last. */
async function after(...looks: readonly Record<string, Finding>[]): Promise<ReturnType<Silences['look']>> {
  const clock = new FakeClock();
  const silences = new Silences(clock);
  let found = silences.look({});
  for (const findings of looks) {
    await clock.advance(10_000);
    found = silences.look(findings);
  }
  return found;
}

test.each<{ what: string; looks: readonly Record<string, Finding>[]; silentMs: object; heard: string[] }>([
  { what: 'nobody', looks: [], silentMs: {}, heard: [] },
  { what: 'a node that is heard', looks: [{ [b]: 'alive' }], silentMs: {}, heard: [b] },
  { what: 'a silence that begins', looks: [{ [b]: 'unreachable' }], silentMs: { [b]: 0 }, heard: [] },
  {
    what: 'a silence that goes on, beside a node that is heard',
    looks: [
      { [b]: 'unreachable', [c]: 'alive' },
      { [b]: 'unreachable', [c]: 'alive' },
    ],
    silentMs: { [b]: 10_000 },
    heard: [c],
  },
  {
    what: 'a silence that was broken, and begins anew',
    looks: [{ [b]: 'unreachable' }, { [b]: 'alive' }, { [b]: 'unreachable' }],
    silentMs: { [b]: 0 },
    heard: [],
  },
  {
    what: 'a doubt, which is no silence and no word',
    looks: [{ [b]: 'unreachable' }, { [b]: 'suspect' }],
    silentMs: {},
    heard: [],
  },
  { what: 'an agent away whose services answer', looks: [{ [b]: 'unmanaged' }], silentMs: {}, heard: [] },
  {
    what: 'a node that is no more',
    looks: [{ [b]: 'unreachable' }, {}, { [b]: 'unreachable' }],
    silentMs: { [b]: 0 },
    heard: [],
  },
])('$what', async ({ looks, silentMs, heard }) => {
  expect(await after(...looks)).toEqual({ silentMs, heard });
});
