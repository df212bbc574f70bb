import { describe, expect, it } from 'vitest';
import { schemaVersion } from '../../../../agent/api/contract.ts';
import type { ServerReport } from '../../../../agent/api/contract-server.ts';
import { Mover } from '../../../../agent/database/move.ts';
import type { Servers } from '../../../../agent/database/servers.ts';
import { decode, encode } from '../../../../coordinator/store/codec.ts';
import { databaseKey, decisionsPrefix } from '../../../../coordinator/store/keys.ts';
import { MemoryDecisions } from '../../../../coordinator/store/memory.ts';
import type { DatabaseView } from '../../../../roles/model/database.ts';
import type { Snapshot } from '../../../../roles/model/ports.ts';
import type { View } from '../../../../roles/model/view.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { recordOf, viewOf } from '../../../support/sketches.ts';

const [first, second, third] = [recordOf(1).id, recordOf(2).id, recordOf(3).id];
const since = '2026-01-01T00:00:00.000Z';

/** Three servers in memory that do what the decisions want, and a store; `log` is what happened, in order. */
class Stage {
  readonly clock = new FakeClock();
  readonly decisions = new MemoryDecisions(this.clock);
  readonly log: string[] = [];
  readonly down = new Set<string>();
  readonly writable = new Set([first]);
  /** The next primary has not applied everything yet when the former one is closed. */
  behind = false;
  snapshot: Snapshot = { revision: 0, entries: {} };
  /** What is cut off: the agent dies after so many states were written. */
  diesAfter = Number.POSITIVE_INFINITY;

  async open(): Promise<this> {
    const decision = { primary: first, since, ackers: [second] };
    const put = {
      ...encode({ nodes: [recordOf(1), recordOf(2), recordOf(3)] }),
      [databaseKey]: JSON.stringify(decision),
    };
    await this.decisions.transact({ conditions: [], put });
    await this.refresh();
    return this;
  }

  database(): DatabaseView | undefined {
    return decode(this.snapshot).database;
  }

  async refresh(): Promise<void> {
    this.snapshot = await this.decisions.read(decisionsPrefix);
  }

  mover(): Mover {
    return new Mover({
      clock: this.clock,
      journal: { tell: async ({ sentence }) => void this.log.push(sentence) },
      source: {
        store: () => ({
          transact: async (transaction) => {
            if (this.diesAfter <= 0) throw new Error('the agent was killed');
            this.diesAfter -= 1;
            return this.decisions.transact(transaction);
          },
          read: (prefix) => this.decisions.read(prefix),
          watch: (prefix, onHint, signal) => this.decisions.watch(prefix, onHint, signal),
          grantLease: (seconds) => this.decisions.grantLease(seconds),
          renewLease: (lease) => this.decisions.renewLease(lease),
          revokeLease: (lease) => this.decisions.revokeLease(lease),
        }),
        refresh: () => this.refresh(),
        snapshot: () => this.snapshot,
      },
      view: () => this.view(),
      servers: this.servers() as unknown as Servers,
    });
  }

  view(): View {
    const says = (id: string): 'primary' | 'replica' =>
      id === this.database()?.primary ? 'primary' : 'replica';
    const view = viewOf(...[1, 2, 3].map((ordinal) => ({ ordinal, roles: ['db' as const] })));
    const nodes = view.nodes.map((node) => {
      const { id } = node.record;
      const details = { db: { serves: says(id), lag: 'ok' } };
      if (node.facts === undefined) return node;
      const verdict = this.down.has(id) ? ('unreachable' as const) : node.verdict;
      return { ...node, verdict, facts: { ...node.facts, details } };
    });
    return { ...view, nodes };
  }

  servers(): Pick<Servers, 'all' | 'look' | 'turn' | 'turnAll' | 'mostOf'> {
    const turn = async (node: string): Promise<ServerReport> => {
      if (this.down.has(node)) throw new Error(`${node} is down`);
      const { primary, move } = this.database() ?? { primary: '' };
      if (node === primary && move === undefined) this.writable.add(node);
      else this.writable.delete(node);
      expect(this.writable.size, 'writers').toBeLessThanOrEqual(1);
      const readOnly = !this.writable.has(node);
      return {
        schemaVersion,
        node,
        serves: readOnly ? 'replica' : 'primary',
        readOnly,
        position: '0-1-7',
        received: '0-1-7',
      };
    };
    const each = async (_epoch: number, but?: string): Promise<readonly ServerReport[]> =>
      Promise.all(
        [first, second, third]
          .filter((node) => node !== but)
          .map((node) => turn(node).catch(() => ({ schemaVersion, node, serves: 'silent' }) as const)),
      );
    const look = async (node: string): Promise<ServerReport> => {
      const serves = this.down.has(node) ? 'silent' : this.writable.has(node) ? 'primary' : 'replica';
      return { schemaVersion, node, serves, position: this.behind ? '0-1-6' : '0-1-7' };
    };
    const all = async (): Promise<readonly ServerReport[]> => Promise.all([first, second, third].map(look));
    return { turn, turnAll: each, all, look, mostOf: () => '0-1-7' };
  }
}

describe('the primary is moved', () => {
  it('and the one that acknowledged is chosen, the former one acknowledges from then on', async () => {
    const stage = await new Stage().open();
    const said = await stage.mover().move({ lost: false, dryRun: false });
    expect(said).toBe('b2 is the primary of the database');
    expect(stage.database()).toMatchObject({ primary: second, ackers: [first], opened: '0-1-7', term: 1 });
    expect([...stage.writable]).toEqual([second]);
    expect(stage.log).toHaveLength(2);
  });

  it('where the next one is behind, once it has what the former one wrote', async () => {
    const stage = await new Stage().open();
    stage.behind = true;
    await stage.mover().move({ lost: false, dryRun: false });
    expect(stage.database()).toMatchObject({ primary: second, opened: '0-1-7' });
    expect(stage.log).toEqual([
      'b2 is to take over from b1',
      'the databases are closed at 0-1-7: b2 takes over once it has all of that',
      'b2 is the primary of the database',
    ]);
  });

  it.each([
    { states: 1, behind: false },
    { states: 1, behind: true },
    { states: 2, behind: true },
  ])('also where its agent is killed after $states states, behind: $behind', async ({ states, behind }) => {
    const stage = await new Stage().open();
    stage.behind = behind;
    stage.diesAfter = states;
    await expect(stage.mover().move({ node: 'b3', lost: false, dryRun: false })).rejects.toThrow('killed');
    expect(stage.database()?.move?.to).toBe(third);
    expect(stage.writable.size).toBeLessThanOrEqual(1);
    stage.diesAfter = Number.POSITIVE_INFINITY;
    await stage.mover().resume();
    expect(stage.database()).toMatchObject({ primary: third });
    expect([...stage.writable]).toEqual([third]);
  });

  it('and nothing changes on a dry run', async () => {
    const stage = await new Stage().open();
    const before = stage.snapshot.revision;
    expect(await stage.mover().move({ lost: false, dryRun: true })).toContain('b2 is to take over from b1');
    await stage.refresh();
    expect(stage.snapshot.revision).toBe(before);
  });

  it('to a lost primary’s replica, once everyone was asked', async () => {
    const stage = await new Stage().open();
    stage.down.add(first);
    stage.writable.delete(first);
    const outlook = await stage.mover().move({ node: 'b2', lost: true, dryRun: true });
    expect(outlook).toContain('no write that was told to be done is lost');
    await stage.mover().move({ node: 'b2', lost: true, dryRun: false });
    expect(stage.database()).toMatchObject({ primary: second, opened: '0-1-7' });
  });

  it.each([
    { what: 'to itself', wish: { node: 'b1', lost: false }, why: 'is the primary already' },
    { what: 'as lost while it answers', wish: { node: 'b2', lost: true }, why: 'the primary answers' },
    { what: 'to nobody', wish: { node: 'b9', lost: false }, why: 'there is no node b9' },
  ])('not $what', async ({ wish, why }) => {
    const stage = await new Stage().open();
    await expect(stage.mover().move({ ...wish, dryRun: false })).rejects.toThrow(why);
  });
});
