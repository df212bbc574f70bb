import { beforeEach, describe, expect, it } from 'vitest';
import { Way } from '../../../../agent/database/way.ts';
import type { NodeId } from '../../../../roles/model/node.ts';
import type { Answer, Question } from '../../../../roles/model/observed.ts';
import type { View } from '../../../../roles/model/view.ts';
import { endpointsSocket } from '../../../../roles/web/endpoints.ts';
import { FakeQuestions } from '../../../support/fake-questions.ts';
import { recordOf, viewOf } from '../../../support/sketches.ts';

const [first, second] = [recordOf(1), recordOf(2)];
const since = '2026-01-01T00:00:00.000Z';
const states = `${endpointsSocket} show servers state`;

/** HAProxy as it sends writes to one of two databases; `off` is its word for one that is out. */
function statesWith(primary: NodeId): string {
  const row = (backend: string, ordinal: number, address: string, on: boolean): string =>
    `1 ${backend} ${ordinal} slot${ordinal} ${address} 2 ${on ? 0 : 1} 100 100 1 6 3 0 6 0 0 0 - 3306 - 0 0 - - 0`;
  const head =
    '# be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state srv_uweight srv_iweight srv_time_since_last_change srv_check_status srv_check_result srv_check_health srv_check_state srv_agent_state bk_f_forced_id srv_f_forced_id srv_fqdn srv_port srvrecord srv_use_ssl srv_check_port srv_check_addr srv_agent_addr srv_agent_port';
  const rows = ['servers', 'writes', 'reads'].flatMap((backend) =>
    [first, second].map(({ id, ordinal, address }) =>
      row(backend, ordinal, address, backend !== 'writes' || id === primary),
    ),
  );
  return `1\n${head}\n${rows.join('\n')}\n`;
}

/** Whatever it is told it takes without a word. */
class Haproxy extends FakeQuestions {
  override async ask(question: Question): Promise<Answer> {
    const answer = await super.ask(question);
    return answer.ok ? answer : { ok: true, status: 200, text: '' };
  }
}

describe('the way to the databases', () => {
  let questions: Haproxy;
  let told: string[];
  let view: View;
  let newest: number;

  const viewWith = (primary: NodeId, epoch: number, role: 'balancer' | 'web' = 'web'): View => ({
    ...viewOf({ ordinal: 1, roles: [role, 'db'] }, { ordinal: 2, roles: ['db'] }),
    database: { primary, since, epoch },
  });

  beforeEach(() => {
    questions = new Haproxy({ [states]: statesWith(first.id) });
    [told, newest] = [[], 9];
  });

  const way = (): Way =>
    new Way({
      questions,
      database: { isNewest: (epoch) => epoch === newest },
      journal: { tell: async ({ sentence }) => void told.push(sentence) },
      view: () => view,
    });

  /** What it was told of writes. */
  const commands = (): string[] =>
    questions.asked
      .filter((key) => / writes\/slot[12] state/.test(key))
      .map((key) => key.split(' ').slice(1).join(' '));

  it('follows the primary at once: the former one leaves before the next one enters', async () => {
    view = viewWith(second.id, 9);
    await way().follow();
    expect(commands()).toEqual([
      'set server writes/slot1 state maint',
      'set server writes/slot2 state ready',
    ]);
    expect(told).toHaveLength(1);
  });

  it('leaves out a server that is away', async () => {
    view = viewWith(first.id, 9);
    const one = way();
    await one.follow();
    const nodes = view.nodes.map((node) =>
      node.record.id === second.id ? { ...node, verdict: 'unreachable' as const } : node,
    );
    view = { ...view, nodes };
    await one.follow();
    expect(questions.asked.filter((key) => key === states)).toHaveLength(2);
    expect(questions.asked).toContain(`${endpointsSocket} set server reads/slot2 state maint`);
  });

  it('is looked at only where something is new', async () => {
    view = viewWith(first.id, 9);
    const one = way();
    await one.follow();
    view = viewWith(first.id, 10);
    await one.follow();
    expect(questions.asked.filter((key) => key === states)).toHaveLength(1);
  });

  it('is turned by what is known at its moment, whoever asked for it before', async () => {
    view = viewWith(second.id, 9);
    const turning = way().turn();
    view = viewWith(first.id, 9);
    await turning;
    expect(commands()).toEqual([]);
  });

  it('goes nowhere by a word that is no longer the newest one', async () => {
    [view, newest] = [viewWith(second.id, 9), 10];
    await way().follow();
    expect([commands(), told]).toEqual([[], []]);
  });

  it.each([
    { what: 'is no matter of a node without web', applied: {}, turns: 0 },
    {
      what: 'goes on while pages are under way on a node that gives web up',
      applied: { web: 'r1' },
      turns: 2,
    },
  ])('$what', async ({ applied, turns }) => {
    view = viewWith(second.id, 9, 'balancer');
    const nodes = view.nodes.map((node) =>
      node.record.id === first.id && node.facts !== undefined
        ? { ...node, facts: { ...node.facts, applied } }
        : node,
    );
    view = { ...view, nodes };
    await way().follow();
    expect(commands()).toHaveLength(turns);
  });
});
