import { describe, expect, it } from 'vitest';
import { databaseRisks } from '../../../../agent/api/database-risks.ts';
import type { DatabaseDecision } from '../../../../roles/model/database.ts';
import { type NodeSketch, recordOf, viewOf } from '../../../support/sketches.ts';

/** The first is the primary; the ordinals given acknowledge. */
function said(acking: readonly number[] | undefined, ...sketches: readonly NodeSketch[]): string[] {
  const database: DatabaseDecision = { primary: recordOf(1).id, since: '2026-01-01T00:00:00.000Z' };
  const ackers = { ackers: (acking ?? []).map((ordinal) => recordOf(ordinal).id) };
  const view = { ...viewOf(...sketches), database: { ...database, ...ackers, epoch: 1 } };
  return databaseRisks(view).map(({ code, next }) => `${code}: ${next}`);
}

const db = (ordinal: number, verdict: NonNullable<NodeSketch['verdict']> = 'alive'): NodeSketch => {
  return { ordinal, verdict, roles: ['db'] };
};
const web = (ordinal: number): NodeSketch => ({ ordinal, roles: ['web'] });

describe('what would be lost with a database server', () => {
  it.each([
    { what: 'the only node', is: said([], db(1)), risks: [] },
    {
      what: 'one server of two nodes',
      is: said([], db(1), web(2)),
      risks: ['one-database: muster role set NODE db'],
    },
    {
      what: 'another that has left',
      is: said([2], db(1), db(2, 'left'), web(3)),
      risks: ['one-database: muster role set NODE db'],
    },
    { what: 'nobody acknowledges', is: said([], db(1), db(2)), risks: ['no-acker: muster db status'] },
    { what: 'a replica that acknowledges', is: said([2], db(1), db(2)), risks: [] },
    { what: 'a primary that is asked again', is: said([2], db(1, 'suspect'), db(2)), risks: [] },
    { what: 'a primary whose agent is silent', is: said([2], db(1, 'unmanaged'), db(2)), risks: [] },
    {
      what: 'a lost primary: whoever acknowledged comes first',
      is: said([3], db(1, 'dead'), db(2), db(3)),
      risks: ['primary-lost: muster db promote b3 --dry-run, or power b1 on'],
    },
    {
      what: 'a lost primary, and whoever acknowledged too',
      is: said([3], db(1, 'unreachable'), db(2), db(3, 'unreachable')),
      risks: ['primary-lost: muster db promote b2 --dry-run, or power b1 on'],
    },
    {
      what: 'a lost primary without any other',
      is: said([], db(1, 'dead'), web(2)),
      risks: ['primary-lost: power b1 on'],
    },
  ])('$what', ({ is, risks }) => expect(is).toEqual(risks));

  it('is nothing while no primary was chosen', () => {
    expect(databaseRisks(viewOf(db(1), db(2)))).toEqual([]);
  });
});
