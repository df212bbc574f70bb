import { describe, expect, it } from 'vitest';
import { schemaVersion } from '../../../../agent/api/contract.ts';
import type { ServerReport } from '../../../../agent/api/contract-server.ts';
import { hasOf, lossOf, pauseOf } from '../../../../agent/database/loss.ts';
import { recordOf, viewOf } from '../../../support/sketches.ts';

const [first, second, third] = [recordOf(1).id, recordOf(2).id, recordOf(3).id];
const database = { primary: first, since: '2026-01-01T00:00:00.000Z', epoch: 9, ackers: [second, third] };
const view = viewOf(...[1, 2, 3].map((ordinal) => ({ ordinal, roles: ['db' as const] })));

const silent = (node: string): ServerReport => ({ schemaVersion, node, serves: 'silent', why: 'it is off' });
const at = (node: string, position: string, more: Partial<ServerReport> = {}): ServerReport => {
  return { schemaVersion, node, serves: 'nothing', position, receives: false, ...more };
};

describe('what a replica has', () => {
  it.each([
    { what: 'all of it applied', report: at(second, '0-1-9', { received: '0-1-7' }), has: '0-1-9' },
    { what: 'some of it only received', report: at(second, '0-1-7', { received: '0-1-9' }), has: '0-1-9' },
    { what: 'nothing at all', report: silent(second), has: '' },
  ])('$what', ({ report, has }) => {
    expect(hasOf(report)).toBe(has);
  });
});

describe('a move without loss', () => {
  it('is a pause where both answer', () => {
    const reports = [at(first, '0-1-9', { serves: 'primary' }), at(second, '0-1-8'), silent(third)];
    expect(pauseOf(view, database, reports, second)).toBe('writes pause for about a second; nothing is lost');
  });

  it.each([
    { who: 'b1', reports: [silent(first), at(second, '0-1-9')] },
    { who: 'b2', reports: [at(first, '0-1-9'), silent(second)] },
  ])('is refused where $who does not answer', ({ who, reports }) => {
    expect(() => pauseOf(view, database, reports, second)).toThrow(
      expect.objectContaining({
        code: 'not-allowed',
        why: `the database of ${who} does not answer: it is off`,
      }),
    );
  });
});

describe('a promotion', () => {
  it.each([
    {
      when: 'everyone that acknowledged was asked',
      ackers: [second, third],
      reports: [silent(first), at(second, '0-1-9'), at(third, '0-1-9')],
      loses: 'no write that was told to be done is lost: everyone that acknowledged was asked',
    },
    {
      when: 'it has more received than another one applied',
      ackers: [second, third],
      reports: [silent(first), at(second, '0-1-5', { received: '0-1-9' }), at(third, '0-1-8')],
      loses: 'no write that was told to be done is lost: everyone that acknowledged was asked',
    },
    {
      when: 'another one that acknowledged is silent',
      ackers: [second, third],
      reports: [silent(first), at(second, '0-1-9'), silent(third)],
      loses: 'b3 acknowledged too and cannot be asked: what only there arrived after 0-1-9 is lost',
    },
    {
      when: 'nobody acknowledged',
      ackers: [],
      reports: [silent(first), at(second, '0-1-9'), at(third, '0-1-9')],
      loses:
        'no replica acknowledged writes, so what b1 wrote after 0-1-9 is lost, and nobody can tell how much that is',
    },
  ])('says what is lost where $when', ({ ackers, reports, loses }) => {
    expect(lossOf(view, { ...database, ackers }, reports, second)).toBe(loses);
  });

  it.each([
    {
      when: 'the primary answers',
      reports: [at(first, '0-1-9', { serves: 'primary' }), at(second, '0-1-9')],
      why: 'b1 answers',
      next: 'muster db switchover',
    },
    {
      when: 'somebody still receives from the primary',
      reports: [silent(first), at(second, '0-1-9'), at(third, '0-1-9', { receives: true })],
      why: 'b3 still receives from b1',
      next: 'muster db switchover',
    },
    {
      when: 'the one that is to take over is silent',
      reports: [silent(first), silent(second), at(third, '0-1-9')],
      why: 'b2 does not answer',
      next: 'muster db status',
    },
    {
      when: 'another one has more',
      reports: [silent(first), at(second, '0-1-8'), at(third, '0-1-7', { received: '0-1-9' })],
      why: 'b3 has more than b2',
      next: 'muster db promote b3',
    },
  ])('is refused where $when', ({ reports, why, next }) => {
    expect(() => lossOf(view, database, reports, second)).toThrow(
      expect.objectContaining({ code: 'not-allowed', why, next }),
    );
  });
});
