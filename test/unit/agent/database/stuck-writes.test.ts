import { describe, expect, it } from 'vitest';
import { schemaVersion } from '../../../../agent/api/contract.ts';
import type { ServerReport } from '../../../../agent/api/contract-server.ts';
import { freeStuckWrites } from '../../../../agent/database/stuck-writes.ts';
import { endWaits } from '../../../../roles/db/statements.ts';
import type { DatabaseDecision } from '../../../../roles/model/database.ts';
import { recordOf, viewOf } from '../../../support/sketches.ts';

const [first, second, third] = [recordOf(1).id, recordOf(2).id, recordOf(3).id];
const position = '0-1-682';
const since = '2026-01-01T00:00:00.000Z';
const decision: DatabaseDecision = { primary: first, since, ackers: [second] };
const report = (node: string, part: Partial<ServerReport> = {}): ServerReport => {
  return { schemaVersion, node, serves: 'replica', receives: true, received: position, ...part };
};

async function free(
  reports: readonly ServerReport[],
  database: DatabaseDecision = decision,
): Promise<{ freed: boolean; told: string[]; ran: string[] }> {
  const [told, ran]: [string[], string[]] = [[], []];
  const freed = await freeStuckWrites({
    view: () => ({ ...viewOf({ ordinal: 1 }, { ordinal: 2 }), database: { ...database, epoch: 9 } }),
    sql: {
      run: async ([statement = '']) => {
        ran.push(statement);
        return [[{ position }]];
      },
    },
    servers: { all: async () => reports },
    journal: { tell: async ({ sentence }) => void told.push(sentence) },
  });
  return { freed, told, ran: ran.slice(1) };
}

describe('writes that wait for a word', () => {
  it('go on once a replica that acknowledges is found to have them', async () => {
    const { freed, told, ran } = await free([report(second)]);
    expect({ freed, ran }).toEqual({ freed: true, ran: [endWaits(position)] });
    expect(told).toEqual([expect.stringContaining('a word of b2')]);
  });

  it.each([
    { while: 'it has not all of them', reports: [report(second, { received: '0-1-681' })] },
    {
      while: 'it is not connected, and may not be who it was',
      reports: [report(second, { receives: false })],
    },
    { while: 'only another one has them', reports: [report(third)] },
    { while: 'nobody answers', reports: [report(second, { serves: 'silent', receives: undefined })] },
  ])('wait on while $while', async ({ reports }) => {
    expect(await free(reports)).toEqual({ freed: false, told: [], ran: [] });
  });

  it.each([
    { where: 'another is the primary', database: { ...decision, primary: second } },
    { where: 'the primary is being moved', database: { ...decision, move: { to: second } } },
    { where: 'nobody is asked for a word', database: { ...decision, ackers: [] } },
  ])('are left alone where $where', async ({ database }) => {
    expect(await free([report(second)], database)).toEqual({ freed: false, told: [], ran: [] });
  });
});
