import { describe, expect, it } from 'vitest';
import { Gate } from '../../../../agent/database/gate.ts';
import { Hand } from '../../../../agent/database/hand.ts';
import { originPath } from '../../../../roles/db/service.ts';
import { stateQuestions } from '../../../../roles/db/state.ts';
import type { DatabaseDecision } from '../../../../roles/model/database.ts';
import type { View } from '../../../../roles/model/view.ts';
import { FakeFiles } from '../../../support/fake-files.ts';
import {
  inertServer,
  observedOf,
  type SketchedServer,
  toldServer,
} from '../../../support/sketched-database.ts';
import { recordOf, viewOf } from '../../../support/sketches.ts';

const [first, second] = [recordOf(1).id, recordOf(2).id];
const since = '2026-01-01T00:00:00.000Z';

/** A server in memory, the words that it is told, and the decision as the node knows it and as the store has it. */
class Stage {
  server: SketchedServer = { ...inertServer, tables: 1, accounts: [first, second] };
  readonly told: string[] = [];
  known: Partial<DatabaseDecision> & { epoch: number } = { epoch: 9 };
  stored = this.known;
  silent = false;
  woken = 0;
  beforeEach: () => void = () => undefined;

  view(): View {
    const view = viewOf({ ordinal: 1, roles: ['db'] }, { ordinal: 2, roles: ['db'] });
    return { ...view, confirmed: true, database: { primary: first, since, ...this.known } };
  }

  hand(): Hand {
    const gate = new Gate({
      clock: { monotonicMs: () => 0 },
      epoch: () => this.known.epoch,
      sql: {
        run: async (statements) => {
          this.told.push(...statements);
          const step = { kind: 'sql' as const, what: '', statements, epoch: 0, timeoutMs: 1, why: '' };
          this.server = toldServer(this.server, step);
          return [];
        },
      },
    });
    const files = new FakeFiles({ [originPath]: 'c1\n' });
    return new Hand({
      files,
      gate: {
        carryOut: async (step) => {
          this.beforeEach();
          return gate.carryOut(step);
        },
      },
      questions: {
        ask: async (question) => {
          if (this.silent) return { ok: false, error: 'connect ENOENT' };
          const { answers } = observedOf(this.server);
          if (question === stateQuestions.state) return answers['state'] ?? { ok: false, error: '' };
          if (question === stateQuestions.source) return answers['source'] ?? { ok: false, error: '' };
          return { ok: true, status: 200, text: '[{"lag": "0.3"}]' };
        },
      },
      source: {
        refresh: async () => {
          this.known = this.stored;
        },
      },
      view: () => this.view(),
      wake: () => {
        this.woken += 1;
      },
    });
  }
}

const replica = {
  binlog: '0-2-7',
  host: `${second}.muster`,
  receives: 'Yes',
  applies: true,
  received: '0-2-8',
};

describe('the quick way to the server of this node', () => {
  it('opens it where it is the primary, and says so', async () => {
    const stage = new Stage();
    expect(await stage.hand().turn(9)).toMatchObject({ node: first, serves: 'primary', readOnly: false });
    expect(stage.woken).toBe(1);
  });

  it('asks the store first where it is told of a later word', async () => {
    const stage = new Stage();
    stage.stored = { epoch: 12, move: { to: second } };
    stage.server = { ...stage.server, readOnly: false, binlog: '0-1-7' };
    const report = await stage.hand().turn(12);
    expect(report).toMatchObject({ readOnly: true, position: '0-1-7' });
    expect(stage.told).toContain('SET GLOBAL read_only = 1');
  });

  it('does nothing any more once the word has changed on the way', async () => {
    const stage = new Stage();
    stage.beforeEach = () => {
      stage.known = { epoch: 10, primary: second };
    };
    await stage.hand().turn(9);
    expect(stage.told).toEqual([]);
    expect(stage.server.readOnly).toBe(true);
  });

  it('looks without a touch: what a replica has, has received, and how late it is', async () => {
    const stage = new Stage();
    stage.known = { epoch: 9, primary: second };
    stage.server = { ...stage.server, ...replica };
    expect(await stage.hand().look()).toEqual({
      schemaVersion: 1,
      node: first,
      serves: 'replica',
      readOnly: true,
      position: '0-2-7',
      received: '0-2-8',
      receives: true,
      lagSeconds: 0.3,
    });
    expect([stage.told, stage.woken]).toEqual([[], 0]);
  });

  it('tells what stands in the way of a replica', async () => {
    const stage = new Stage();
    stage.known = { epoch: 9, primary: second };
    stage.server = { ...stage.server, ...replica, receives: 'No', errno: 1236 };
    expect(await stage.hand().look()).toMatchObject({
      serves: 'nothing',
      why: 'error 1236',
      receives: false,
    });
  });

  it('says that a server is silent, and why', async () => {
    const stage = new Stage();
    stage.silent = true;
    const report = { schemaVersion: 1, node: first, serves: 'silent', why: 'connect ENOENT' };
    expect(await stage.hand().look()).toEqual(report);
    expect(await stage.hand().turn(9)).toEqual(report);
  });
});
