import { describe, expect, it } from 'vitest';
import { RoleLoops } from '../../../../agent/reconcile/role-loops.ts';
import type { View } from '../../../../roles/model/view.ts';
import { roles, Settings } from '../../../../roles/registry.ts';
import { type FakeMachine, fakeMachine, told } from '../../../support/machine.ts';
import { seededRandom } from '../../../support/seeds.ts';
import { nodeOf, viewOf } from '../../../support/sketches.ts';

const carried = roles.filter((role) => role.name !== 'node');

interface Node {
  readonly machine: FakeMachine;
  readonly stop: AbortController;
  readonly applied: Map<string, string | undefined>;
  /** Gives the node these roles and lets its loops work. */
  readonly give: (given: View['nodes'][number]['roles']) => Promise<readonly string[]>;
}

async function node(machine: FakeMachine): Promise<Node> {
  let view: View = viewOf({ ordinal: 1 });
  const applied = new Map<string, string | undefined>();
  const stop = new AbortController();
  const loops = new RoleLoops({
    roles: carried,
    execute: machine,
    journal: machine.journal,
    clock: machine.clock,
    random: seededRandom(1),
    signal: stop.signal,
    view: () => view,
    onReport: (role, _health, said) => void applied.set(role, said?.applied),
  });
  const give = async (given: View['nodes'][number]['roles']): Promise<readonly string[]> => {
    // What its own balancer says of itself: it sends nobody anywhere.
    const nodes = [nodeOf({ ordinal: 1, roles: given, applied: { balancer: 'none' } })];
    view = { ...view, settings: Settings.parse({}), nodes };
    loops.follow(view);
    for (let cycle = 0; cycle < 3; cycle += 1) await machine.clock.advance(6_000);
    return loops.follow(view);
  };
  return { machine, stop, applied, give };
}

describe('a role that is taken away', () => {
  it('ends its services, those that started last first, and then has no loop', async () => {
    const { machine, applied, give } = await node(await fakeMachine());
    expect(await give(['balancer', 'web'])).toEqual(['web', 'balancer']);
    machine.services.calls.length = 0;
    expect(await give(['balancer'])).toEqual(['balancer']);
    expect(machine.services.calls).toEqual([
      'disable apache2.service',
      'stop apache2.service',
      'disable php8.2-fpm.service',
      'stop php8.2-fpm.service',
      'disable muster-endpoints.service',
      'stop muster-endpoints.service',
    ]);
    expect(applied.get('web')).toBe('');
    expect(told(machine.journal).at(-1)).toContain(
      'stop HAProxy in front of the databases: this node no longer carries web',
    );
  });

  it('ends them also when the agent was started anew in between', async () => {
    const former = await node(await fakeMachine());
    await former.give(['balancer', 'web']);
    const { machine } = former;
    former.stop.abort();
    const fresh = await fakeMachine(machine.files, machine.clock);
    const { give } = await node({ ...fresh, services: machine.services, packages: machine.packages });
    machine.services.calls.length = 0;
    expect(await give(['web'])).toEqual(['web']);
    expect(machine.services.calls.filter((call) => call.includes('haproxy'))).toEqual([
      'disable haproxy.service',
      'stop haproxy.service',
    ]);
  });

  it('comes back as a new one', async () => {
    const { machine, give } = await node(await fakeMachine());
    await give(['balancer', 'web']);
    await give(['balancer']);
    machine.services.calls.length = 0;
    expect(await give(['balancer', 'web'])).toEqual(['web', 'balancer']);
    expect(machine.services.calls).toContain('start apache2.service');
  });
});
