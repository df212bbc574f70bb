import { describe, expect, it } from 'vitest';
import { nothingObserved } from '../../../../roles/model/observed.ts';
import { sessionFiles, sessionsPath } from '../../../../roles/web/sessions.ts';
import { type NodeSketch, ready, starting, viewOf } from '../../../support/sketches.ts';

const [a, b] = ['naaaaaaaaaaaa.muster:11211', 'nbbbbbbbbbbbb.muster:11211'];
const both = `memcached\n${a},${b}\n`;
const cacheOn = (ordinal: number, more: Partial<NodeSketch> = {}): NodeSketch => ({
  ordinal,
  roles: ['web', 'cache'],
  health: { cache: ready },
  ...more,
});

describe('where sessions are kept', () => {
  const cases: readonly { what: string; nodes: NodeSketch[]; before: string; text: string }[] = [
    {
      what: 'in files while there is no cache',
      nodes: [{ ordinal: 1 }],
      before: '',
      text: 'files\n/var/lib/php/sessions\n',
    },
    {
      what: 'in every memcached that has proved itself',
      nodes: [cacheOn(1), cacheOn(2)],
      before: '',
      text: both,
    },
    {
      what: 'not yet in one that is being set up',
      nodes: [cacheOn(1), cacheOn(2, { health: { cache: starting } })],
      before: '',
      text: `memcached\n${a}\n`,
    },
    {
      what: 'still in one that fails for a moment',
      nodes: [cacheOn(1), cacheOn(2, { health: {} })],
      before: both,
      text: both,
    },
    {
      what: 'where they were while nothing is known',
      nodes: [cacheOn(1, { silent: true }), cacheOn(2, { silent: true })],
      before: both,
      text: both,
    },
    {
      what: 'not in one that cannot be reached',
      nodes: [cacheOn(1), cacheOn(2, { verdict: 'unreachable' })],
      before: both,
      text: `memcached\n${a}\n`,
    },
    {
      what: 'where they were, if none can be reached',
      nodes: [cacheOn(1, { verdict: 'unreachable' }), cacheOn(2, { verdict: 'unreachable' })],
      before: both,
      text: both,
    },
    {
      what: 'not in one that is a cache no more',
      nodes: [cacheOn(1), { ordinal: 2 }],
      before: both,
      text: `memcached\n${a}\n`,
    },
  ];
  it.each(cases)('$what', ({ nodes, before, text }) => {
    const observed = { ...nothingObserved, texts: before === '' ? {} : { [sessionsPath]: before } };
    const file = sessionFiles(viewOf(...nodes), observed).find(({ path }) => path === sessionsPath);
    expect(file?.content).toBe(text);
    // PHP reads it at the next page: no service is told.
    expect(file?.unit).toBeUndefined();
  });
});
