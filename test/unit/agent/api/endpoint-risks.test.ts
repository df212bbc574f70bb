import { describe, expect, it } from 'vitest';
import { endpointRisks } from '../../../../agent/api/endpoint-risks.ts';
import type { View } from '../../../../roles/model/view.ts';
import { type NodeSketch, recordOf, viewOf } from '../../../support/sketches.ts';

const web = (
  ordinal: number,
  words: Readonly<Record<string, string>>,
  part: Partial<NodeSketch> = {},
): NodeSketch => {
  return { ordinal, roles: ['web'], details: { web: words }, ...part };
};
const db = (ordinal: number, lag: string, part: Partial<NodeSketch> = {}): NodeSketch => {
  return { ordinal, roles: ['db'], details: { db: { lag } }, ...part };
};
const primary = (view: View, ordinal: number): View => {
  const database = { primary: recordOf(ordinal).id, since: '2026-01-01T00:00:00.000Z', epoch: 1 };
  return { ...view, database };
};

const up = { writes: 'up', reads: 'up' };
const down = { writes: 'down', reads: 'up' };

describe('what nodes say of their way to the databases', () => {
  it.each<{ what: string; view: View; risks: string[] }>([
    { what: 'all is well', view: viewOf(web(1, up), db(2, 'ok')), risks: [] },
    {
      what: 'nobody is asked for a database',
      view: viewOf(web(1, { writes: 'none', reads: 'none' })),
      risks: [],
    },
    {
      what: 'no write reaches the primary',
      view: primary(viewOf(web(1, down), web(2, down), db(3, 'ok')), 3),
      risks: [
        'no-writes: No write of b1, b2 reaches a database: the primary b3 does not answer there. -> muster status; on b1: muster doctor',
      ],
    },
    {
      what: 'no write reaches a primary of which nothing is known',
      view: viewOf(web(1, down)),
      risks: [
        'no-writes: No write of b1 reaches a database: the primary does not answer there. -> muster status; on b1: muster doctor',
      ],
    },
    {
      what: 'no read reaches one',
      view: viewOf(web(1, up), web(2, { writes: 'up', reads: 'down' })),
      risks: [
        'no-reads: No read of b2 reaches a database: none of those that are to be read from answers there. -> muster status; on b2: muster doctor',
      ],
    },
    {
      what: 'a replica is behind',
      view: viewOf(web(1, up), db(2, 'behind')),
      risks: [
        'replica-behind: Nothing is read from b2 until it has caught up with the primary: others answer meanwhile. -> muster status; on b2: muster doctor',
      ],
    },
    {
      what: 'who is suspect is still heard',
      view: viewOf(web(1, up), web(2, down, { verdict: 'suspect' })),
      risks: [
        'no-writes: No write of b2 reaches a database: the primary does not answer there. -> muster status; on b2: muster doctor',
      ],
    },
    {
      what: 'of the silent nothing new is known',
      view: viewOf(
        web(1, up),
        web(2, down, { verdict: 'unreachable' }),
        web(3, down, { verdict: 'unmanaged' }),
        db(4, 'behind', { verdict: 'dead' }),
      ),
      risks: [],
    },
    {
      what: 'what a node said of a role it has no more',
      view: viewOf(web(1, down, { roles: ['db'] })),
      risks: [],
    },
  ])('$what', ({ view, risks }) => {
    expect(endpointRisks(view).map(({ code, sentence, next }) => `${code}: ${sentence} -> ${next}`)).toEqual(
      risks,
    );
  });
});
