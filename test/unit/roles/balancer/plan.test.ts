import { describe, expect, it } from 'vitest';
import { balancer } from '../../../../roles/balancer/index.ts';
import { configPath } from '../../../../roles/balancer/observed.ts';
import { BalancerSettings } from '../../../../roles/balancer/settings.ts';
import { nothingObserved, type Observed } from '../../../../roles/model/observed.ts';
import type { View } from '../../../../roles/model/view.ts';
import { applySteps } from '../../../support/apply-steps.ts';
import { expectConvergence } from '../../../support/convergence.ts';
import { ready, starting, viewOf } from '../../../support/sketches.ts';

const settings = BalancerSettings.parse({});
const proved = viewOf(
  { ordinal: 1, health: { web: ready } },
  { ordinal: 2, roles: ['web'], health: { web: ready } },
);

function planOf(view: View, observed: Observed): ReturnType<typeof balancer.plan> {
  return balancer.plan({ view, settings, observed });
}

/** The text of haproxy.cfg that a plan writes. */
function configIn(steps: ReturnType<typeof planOf>): string {
  const texts = steps.flatMap((step) =>
    step.kind === 'file' && step.file.path === configPath ? [step.file.content] : [],
  );
  return texts[0] ?? '';
}

/** A machine on which the plan for `view` has been carried out, HAProxy not asked yet. */
function settled(view: View): Observed {
  return applySteps(nothingObserved, planOf(view, nothingObserved));
}

function slotRow(ordinal: number, admin: number, weight = 100): string {
  return `3 web ${ordinal} slot${ordinal} 10.77.0.${10 + ordinal} 2 ${admin} ${weight} ${weight} 1 6 3 4 6 0 0 1 - 8081`;
}

const header =
  '1\n# be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state srv_uweight srv_iweight a b c d e f g h i srv_port\n';

/** HAProxy with these rows in each backend of web servers, and every other slot in maintenance. */
function running(observed: Observed, ...rows: readonly string[]): Observed {
  const unused = Array.from({ length: 20 - rows.length }, (_, index) => slotRow(rows.length + index + 1, 5));
  const web = [...rows, ...unused];
  const all = ['3 web', '4 once', '5 anyway'].flatMap((name) => web.map((row) => row.replace('3 web', name)));
  return { ...observed, answers: { slots: { ok: true, status: 0, text: header + all.join('\n') } } };
}

/** One change, in each backend: in the one that the others follow last. */
function each(change: string): readonly string[] {
  return ['once', 'anyway', 'web'].map((backend) => `set server ${backend}/${change}`);
}

describe('the plan of a balancer', () => {
  it('sets up a bare machine in one order: package, texts, service', () => {
    const kinds = planOf(proved, nothingObserved).map((step) =>
      step.kind === 'service' ? step.action : step.kind,
    );
    expect(kinds).toEqual(['packages', 'file', 'file', 'file', 'file', 'enable', 'start']);
  });

  it('arrives at the same end from every interruption', () => {
    expectConvergence((observed) => planOf(proved, observed), nothingObserved);
  });

  it('reloads when a setting changes', () => {
    const other = BalancerSettings.parse({ maxConnections: 500 });
    const steps = balancer.plan({ view: proved, settings: other, observed: settled(proved) });
    expect(steps.map((step) => (step.kind === 'service' ? step.action : step.kind))).toEqual([
      'file',
      'reload',
    ]);
  });

  it('takes a server in over the socket, file in step, without a reload', () => {
    const before = viewOf(
      { ordinal: 1, health: { web: ready } },
      { ordinal: 2, roles: ['web'], health: { web: starting } },
    );
    const observed = running(settled(before), slotRow(1, 0), slotRow(2, 5));
    const steps = planOf(proved, observed);
    expect(steps.map((step) => step.kind)).toEqual(['file', 'runtime']);
    expect(steps.at(-1)).toMatchObject({ commands: each('slot2 state ready') });
  });

  it('puts a damaged file back and reloads, since HAProxy may have read it', () => {
    const observed = settled(proved);
    const damaged = { sha256: 'x', mode: 0o644, owner: 'root:root' };
    const steps = planOf(proved, { ...observed, files: { ...observed.files, [configPath]: damaged } });
    expect(steps).toMatchObject([
      { kind: 'file', tells: 'drift' },
      { kind: 'service', action: 'reload' },
    ]);
  });

  it('starts a crashed HAProxy and says why', () => {
    const observed = settled(proved);
    const unit = 'haproxy.service';
    const failed = { unit, installed: true, active: 'failed', enabled: true, ended: 'signal KILL' } as const;
    expect(planOf(proved, { ...observed, services: { [unit]: failed } })).toMatchObject([
      { action: 'start', tells: 'healed', why: 'HAProxy had failed (signal KILL)' },
    ]);
  });
});

describe('the roster of a balancer', () => {
  it('stays as it is while nothing is known of its servers', () => {
    const ignorant = viewOf({ ordinal: 1, silent: true }, { ordinal: 2, roles: ['web'], silent: true });
    const observed = running(settled(proved), slotRow(1, 0), slotRow(2, 0));
    expect(planOf(ignorant, observed).filter((step) => step.kind === 'runtime')).toEqual([]);
  });

  it('keeps what the file says when HAProxy is down and nothing is known', () => {
    const ignorant = viewOf({ ordinal: 1, health: {} }, { ordinal: 2, roles: ['web'], health: {} });
    expect(planOf(ignorant, settled(proved)).filter((step) => step.kind === 'file')).toEqual([]);
  });

  it('does not let a server in before it has proved itself', () => {
    const fresh = viewOf({ ordinal: 1, health: { web: starting } });
    expect(configIn(planOf(fresh, nothingObserved))).toContain(
      'server slot1 10.77.0.11:8081 id 1 weight 100 disabled',
    );
  });

  it.each(['unreachable', 'dead', 'left'] as const)('drops a server that is %s', (verdict) => {
    const view = viewOf(
      { ordinal: 1, health: { web: ready } },
      { ordinal: 2, roles: ['web'], verdict, health: { web: ready } },
    );
    const observed = running(settled(proved), slotRow(1, 0), slotRow(2, 0));
    expect(planOf(view, observed).at(-1)).toMatchObject({ commands: each('slot2 state maint') });
  });

  it('weighs servers by their cores', () => {
    const view = viewOf(
      { ordinal: 1, health: { web: ready }, hardware: { cores: 4 } },
      { ordinal: 2, roles: ['web'], health: { web: ready } },
    );
    const observed = running(settled(proved), slotRow(1, 0), slotRow(2, 0));
    expect(planOf(view, observed).at(-1)).toMatchObject({ commands: each('slot2 weight 25') });
  });
});

describe('what is in force in a balancer', () => {
  const applied = (observed: Observed): readonly string[] =>
    balancer.applied({ view: proved, settings, observed }).split(' ').slice(1);
  const [first, second] = proved.nodes.map(({ record }) => record.id);

  it.each([
    { what: 'both', rows: [slotRow(1, 0), slotRow(2, 0)], ids: [first, second] },
    { what: 'not who is drained', rows: [slotRow(1, 0), slotRow(2, 8)], ids: [first] },
    { what: 'not who is out', rows: [slotRow(1, 32), slotRow(2, 0)], ids: [second] },
    { what: 'not whose slot points elsewhere', rows: [slotRow(2, 0).replace('.12 ', '.99 ')], ids: [] },
  ])('are those who get traffic: $what', ({ rows, ids }) => {
    expect(applied(running(settled(proved), ...rows))).toEqual(ids);
  });

  it('is nothing while HAProxy does not answer', () => {
    expect(balancer.applied({ view: proved, settings, observed: settled(proved) })).toBe('');
  });
});

describe('haproxy.cfg', () => {
  it('is the text in test/golden', async () => {
    await expect(configIn(planOf(proved, nothingObserved))).toMatchFileSnapshot(
      '../../../golden/balancer/haproxy.cfg',
    );
  });
});

describe('the health of a balancer', () => {
  const unit = 'haproxy.service';
  const active = { unit, installed: true, active: 'active', enabled: true } as const;
  const up = { ...nothingObserved, loaded: { [unit]: 'f' }, services: { [unit]: active } };
  it.each([
    { what: 'nothing set up', observed: nothingObserved, state: 'starting' },
    { what: 'stopped', observed: { ...up, services: {} }, state: 'failing' },
    {
      what: 'a page',
      observed: { ...up, answers: { site: { ok: true, status: 200, text: 'ok' } } },
      state: 'ready',
    },
    {
      what: '503',
      observed: { ...up, answers: { site: { ok: true, status: 503, text: '' } } },
      state: 'failing',
    },
    {
      what: 'silence',
      observed: { ...up, answers: { site: { ok: false, error: 'refused' } } },
      state: 'failing',
    },
  ] as const)('$what: $state', ({ observed, state }) => {
    expect(balancer.health({ view: proved, settings, observed }).state).toBe(state);
  });

  it('waits for the first web server', () => {
    const view = viewOf({ ordinal: 1, health: { web: starting } });
    const observed = { ...up, answers: { site: { ok: true, status: 503, text: '' } } } as const;
    expect(balancer.health({ view, settings, observed })).toEqual({
      state: 'starting',
      reason: 'no web server has proved itself yet',
    });
  });
});
