import { describe, expect, it } from 'vitest';
import { nothingObserved, type Observed } from '../../../../roles/model/observed.ts';
import { slotCount } from '../../../../roles/model/slots.ts';
import type { RuntimeStep, Step } from '../../../../roles/model/step.ts';
import type { View } from '../../../../roles/model/view.ts';
import { web } from '../../../../roles/web/index.ts';
import { WebSettings } from '../../../../roles/web/settings.ts';
import { applySteps } from '../../../support/apply-steps.ts';
import { expectConvergence } from '../../../support/convergence.ts';
import { type NodeSketch, recordOf, viewOf } from '../../../support/sketches.ts';

const settings = WebSettings.parse({});
const config = '/etc/muster/endpoints.cfg';
const unit = 'muster-endpoints.service';

/** Three nodes of every role, seen from the first; b2 and b3 follow the primary unless it is one of them. */
function cluster(primary: number, lag: Readonly<Record<number, string>> = {}): View {
  const node = (ordinal: number): NodeSketch => {
    const db = ordinal === primary ? { serves: 'primary' } : { serves: 'replica', lag: lag[ordinal] ?? 'ok' };
    return { ordinal, roles: ['web', 'db'], details: { db } };
  };
  const view = viewOf(...[1, 2, 3].map(node));
  const database = { primary: recordOf(primary).id, since: '2026-01-01T00:00:00.000Z', epoch: primary };
  return { ...view, database };
}

const planOf = (view: View, observed: Observed): readonly Step[] => web.plan({ view, settings, observed });

type Bits = Readonly<Record<string, Readonly<Record<number, number>>>>;

/** HAProxy with the first three slots of each backend in these states of administration, weight 100. */
function running(observed: Observed, bits: Bits): Observed {
  const header = '1\n# be_name srv_id srv_addr srv_op_state srv_admin_state srv_uweight srv_port\n';
  const rows = Object.entries(bits).flatMap(([backend, states]) =>
    Array.from({ length: slotCount }, (_, at) => {
      const used = at < 3;
      const place = used ? `10.77.0.${at + 11} 2 ${states[at + 1] ?? 0} 100 3306` : '127.0.0.1 0 5 1 1';
      return `${backend} ${at + 1} ${place}`;
    }),
  );
  return { ...observed, answers: { endpoints: { ok: true, status: 200, text: header + rows.join('\n') } } };
}

const inForce: Bits = { servers: {}, writes: { 2: 5, 3: 5 }, reads: { 1: 8 } };

function settled(view: View): Observed {
  return applySteps(nothingObserved, planOf(view, nothingObserved));
}

function commandsOf(steps: readonly Step[]): readonly string[] {
  return steps
    .filter((step): step is RuntimeStep => step.kind === 'runtime')
    .flatMap(({ commands }) => commands);
}

describe('the endpoints of a web node', () => {
  it('arrive at the same end from every interruption', () => {
    expectConvergence((observed) => planOf(cluster(1), observed), nothingObserved);
  });

  it.each([
    [config, 'endpoints.cfg'],
    ['/etc/systemd/system/muster-endpoints.service', 'muster-endpoints.service'],
  ])('%s is the text in test/golden', async (path, name) => {
    const step = planOf(cluster(1), nothingObserved).find(
      (step) => step.kind === 'file' && step.file.path === path,
    );
    const text = step?.kind === 'file' ? step.file.content : '';
    await expect(text).toMatchFileSnapshot(`../../../golden/web/${name}`);
  });

  it('need nothing done while they are right', () => {
    const view = cluster(1);
    expect(planOf(view, running(settled(view), inForce))).toEqual([]);
  });

  it('follow the primary over the socket: the former one leaves before the new one enters', () => {
    const steps = planOf(cluster(2), running(settled(cluster(1)), inForce));
    expect(steps.map((step) => step.kind)).toEqual(['file', 'runtime']);
    expect(commandsOf(steps)).toEqual([
      'set server writes/slot1 state maint',
      'set server reads/slot1 state ready',
      'set server reads/slot2 state drain',
      'set server writes/slot2 state ready',
    ]);
    expect(steps.at(-1)?.why).toBe('writes go to b2, reads to b1, b3');
  });

  it('let one that lags finish what it has, and read from the primary where nobody keeps up', () => {
    const observed = running(settled(cluster(1)), inForce);
    expect(commandsOf(planOf(cluster(1, { 3: 'behind' }), observed))).toEqual([
      'set server reads/slot3 state drain',
    ]);
    expect(commandsOf(planOf(cluster(1, { 2: 'behind', 3: 'behind' }), observed))).toEqual([
      'set server reads/slot1 state ready',
      'set server reads/slot2 state drain',
      'set server reads/slot3 state drain',
    ]);
  });

  it('have somebody to read from at every moment: who enters goes before who leaves', () => {
    const observed = running(settled(cluster(1)), { ...inForce, reads: { 1: 8, 3: 8 } });
    expect(commandsOf(planOf(cluster(1, { 2: 'behind' }), observed))).toEqual([
      'set server reads/slot3 state ready',
      'set server reads/slot2 state drain',
    ]);
  });

  it('are reloaded by no change of roster, and by one of size', () => {
    const observed = running(settled(cluster(1)), inForce);
    const larger = WebSettings.parse({ workers: 500 });
    const steps = web.plan({ view: cluster(1), settings: larger, observed });
    expect(steps).toContainEqual(
      expect.objectContaining({ action: 'reload', service: expect.objectContaining({ unit }) }),
    );
  });

  it('tell which databases they use, and whether these answer', () => {
    const view = cluster(1);
    const observed = running(settled(view), inForce);
    expect(web.applied({ view, settings, observed }).split(' ').slice(1)).toEqual(
      [1, 2, 3].map((ordinal) => recordOf(ordinal).id),
    );
    expect(web.details?.({ view, settings, observed })).toMatchObject({ writes: 'up', reads: 'up' });
    const dead = running(settled(view), { ...inForce, writes: { 1: 5, 2: 5, 3: 5 } });
    expect(web.details?.({ view, settings, observed: dead })).toMatchObject({ writes: 'none', reads: 'up' });
    expect(web.details?.({ view, settings, observed: settled(view) })).not.toHaveProperty('writes');
  });
});
