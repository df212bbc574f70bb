import { describe, expect, it } from 'vitest';
import { schemaVersion } from '../../../../agent/api/contract.ts';
import type { ServerReport } from '../../../../agent/api/contract-server.ts';
import { Servers, type ServersParts } from '../../../../agent/database/servers.ts';
import { MusterError } from '../../../../roles/model/errors.ts';
import type { NodeView } from '../../../../roles/model/view.ts';
import { recordOf, viewOf } from '../../../support/sketches.ts';

const [first, second, third] = [recordOf(1).id, recordOf(2).id, recordOf(3).id];
const report = (node: string, position: string): ServerReport => {
  return { schemaVersion, node, serves: 'replica', position };
};

/** The servers as node 1 asks them; `asked` is what went over the network. */
function serversWith(
  answer: (name: string) => { status: number; body: string },
  verdict: NodeView['verdict'] = 'alive',
): {
  readonly servers: Servers;
  readonly asked: string[];
  readonly patience: number[];
} {
  const [asked, patience]: [string[], number[]] = [[], []];
  const ask: ServersParts['peers']['ask'] = async ({ name }, { method, path, deadlineMs, body = '' }) => {
    asked.push(`${name}: ${method} ${path} ${body}`.trim());
    patience.push(deadlineMs ?? 0);
    return answer(name);
  };
  const own = async (): Promise<ServerReport> => report(first, '0-1-7');
  const view = viewOf(
    { ordinal: 1, roles: ['db'] },
    { ordinal: 2, roles: ['db'], verdict },
    { ordinal: 3, roles: ['db'], verdict: 'left' },
    { ordinal: 4, roles: ['web'] },
  );
  const servers = new Servers({
    self: first,
    view: () => view,
    peers: { ask },
    hand: { look: own, turn: own },
  });
  return { servers, asked, patience };
}

const fine = { status: 200, body: JSON.stringify(report(second, '0-1-6')) };

describe('the database servers of all nodes', () => {
  it('are asked by their own agents, the one of this node without a network', async () => {
    const { servers, asked } = serversWith(() => fine);
    const reports = await servers.all();
    expect(asked).toEqual(['b2: GET /v1/database']);
    expect(reports.map(({ node, position }) => [node, position])).toEqual([
      [first, '0-1-7'],
      [second, '0-1-6'],
      [third, undefined],
    ]);
  });

  it('are silent where nobody answers, each with its reason', async () => {
    const refusal = new MusterError('peer-unreachable', {
      what: 'b2',
      why: 'it is off',
      next: 'muster status',
    });
    const { servers } = serversWith(() => {
      throw refusal;
    });
    expect(await servers.turnAll(9)).toContainEqual({
      schemaVersion,
      node: second,
      serves: 'silent',
      why: 'it is off',
    });
  });

  it('are told the epoch that they have to know', async () => {
    const { servers, asked } = serversWith(() => fine);
    expect(await servers.turn(second, 9)).toMatchObject({ node: second });
    expect(asked).toEqual(['b2: POST /v1/database/turn {"epoch":9}']);
  });

  it.each(['unreachable', 'dead'] as const)(
    'of a node that is %s are waited for no longer than a second',
    async (verdict) => {
      const { servers, patience } = serversWith(() => fine, verdict);
      await servers.all();
      await servers.turnAll(9);
      expect(patience).toEqual([1_000, 1_000]);
    },
  );

  it.each([
    { what: 'an agent refuses', node: second, answer: { status: 503, body: '' }, why: 'b2 answers 503' },
    { what: 'a node has left', node: third, answer: fine, why: 'it is no node of this cluster' },
    { what: 'an answer is none', node: second, answer: { status: 200, body: '{}' }, why: 'schemaVersion' },
  ])('a turn rejects where $what', async ({ node, answer, why }) => {
    await expect(serversWith(() => answer).servers.turn(node, 9)).rejects.toThrow(why);
  });

  it.each([
    {
      what: 'has as much as everybody',
      reports: [report(second, '0-1-7'), report(first, '0-1-7')],
      most: '0-1-7',
    },
    {
      what: 'has less than another one received',
      reports: [report(second, '0-1-7'), { ...report(first, '0-1-6'), received: '0-1-8' }],
      why: 'another replica has more',
    },
    { what: 'is silent', reports: [report(first, '0-1-7')], why: 'does not answer' },
  ])('one that is to take over $what', ({ reports, most, why }) => {
    const { servers } = serversWith(() => fine);
    if (most === undefined) expect(() => servers.mostOf(reports, second)).toThrow(why);
    else expect(servers.mostOf(reports, second)).toBe(most);
  });
});
