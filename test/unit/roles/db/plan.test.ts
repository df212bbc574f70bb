import { describe, expect, it } from 'vitest';
import { db } from '../../../../roles/db/index.ts';
import { DbSettings } from '../../../../roles/db/settings.ts';
import { bufferPoolMiB } from '../../../../roles/db/sizing.ts';
import { nothingObserved, type Observed } from '../../../../roles/model/observed.ts';
import { paths } from '../../../../roles/model/paths.ts';
import type { View } from '../../../../roles/model/view.ts';
import { applySteps } from '../../../support/apply-steps.ts';
import { expectConvergence } from '../../../support/convergence.ts';
import { inertServer, observedOf } from '../../../support/sketched-database.ts';
import { nodeOf, recordOf, viewOf } from '../../../support/sketches.ts';

const settings = DbSettings.parse({});
const [first, second] = [recordOf(1).id, recordOf(2).id];
const since = '2026-01-01T00:00:00.000Z';
const alone = viewOf({ ordinal: 1, roles: ['db'] });

/** The node's certificate is there before any role is. */
const certified: Observed = {
  ...nothingObserved,
  files: Object.fromEntries(
    [paths.authority, paths.certificate, paths.certificateKey].map((path) => [
      path,
      { sha256: path, mode: 0o600, owner: 'root:root' },
    ]),
  ),
};

function chosen(primary: string, view: View = alone): View {
  return { ...view, confirmed: true, database: { primary, since, epoch: 3 } };
}

function words(view: View, observed: Observed): string[] {
  return db.plan({ view, settings, observed }).flatMap((step) => {
    if (step.kind === 'service') return [`${step.action} ${step.service.unit}`];
    return step.kind === 'sql' ? [step.what] : [];
  });
}

describe('the plan of a database server', () => {
  it('arrives at the same end from every interruption', () => {
    const plan = (observed: Observed): ReturnType<typeof db.plan> =>
      db.plan({ view: chosen(first), settings, observed });
    expectConvergence(plan, certified);
  });

  it.each([
    { when: 'no primary was chosen', view: { ...alone, confirmed: true as const } },
    { when: 'the store has not said so', view: { ...alone, database: { primary: first, since, epoch: 3 } } },
    { when: 'another is the primary and no data of it are here', view: chosen(second) },
  ])('starts nothing while $when', ({ view }) => {
    expect(words(view, certified)).toEqual([]);
  });

  it('starts a replica on data of this cluster, and on no other', () => {
    const view = chosen(second);
    const data = (origin: string): Observed => ({
      ...certified,
      texts: { '/var/lib/mysql/muster-origin': origin },
    });
    expect(words(view, data('c1\n0-2-5\n'))).toEqual(['start mariadb.service']);
    expect(words(view, data('cother\n'))).toEqual([]);
  });

  it('never starts with the machine', () => {
    const settled = applySteps(certified, db.plan({ view: chosen(first), settings, observed: certified }));
    const state = { unit: 'mariadb.service', installed: true, active: 'active', enabled: true } as const;
    const enabled = { ...settled, services: { 'mariadb.service': state } };
    expect(words(chosen(first), enabled)).toEqual(['disable mariadb.service']);
  });

  it('another size is taken over by the running server, another address by a restart', () => {
    const view = chosen(first);
    const settled = applySteps(certified, db.plan({ view, settings, observed: certified }));
    const running = observedOf(
      { ...inertServer, readOnly: false, tables: 1, accounts: [first], bufferPool: 1 },
      settled,
    );
    expect(words(view, running)).toEqual(['take other sizes']);
    const [node] = view.nodes;
    if (node === undefined) throw new Error('no node');
    const moved = { ...view, nodes: [{ ...node, record: { ...node.record, address: '10.77.0.99' } }] };
    expect(words(moved, settled)).toEqual(['restart mariadb.service']);
  });
});

describe('health and details', () => {
  const active = { unit: 'mariadb.service', installed: true, active: 'active', enabled: false } as const;
  const up: Observed = { ...certified, services: { 'mariadb.service': active } };
  it.each([
    { when: 'nothing was chosen', view: alone, observed: certified, state: 'starting', serves: 'nothing' },
    {
      when: 'it is open',
      view: chosen(first),
      observed: observedOf({ ...inertServer, readOnly: false }, up),
      state: 'ready',
      serves: 'primary',
    },
    {
      when: 'it is not open yet',
      view: chosen(first),
      observed: observedOf(inertServer, up),
      state: 'starting',
      serves: 'nothing',
    },
    {
      when: 'it follows',
      view: chosen(second),
      observed: observedOf({ ...inertServer, host: `${second}.muster`, receives: 'Yes', applies: true }, up),
      state: 'ready',
      serves: 'replica',
    },
    {
      when: 'it has diverged',
      view: { ...chosen(second), database: { primary: second, since, epoch: 3, opened: '0-1-5' } },
      observed: observedOf({ ...inertServer, binlog: '0-1-7' }, up),
      state: 'failing',
      serves: 'diverged',
    },
    {
      when: 'it does not answer',
      view: chosen(first),
      observed: { ...up, answers: { state: { ok: false as const, error: 'refused' } } },
      state: 'failing',
      serves: 'nothing',
    },
  ])('when $when', ({ view, observed, state, serves }) => {
    const input = { view, settings, observed };
    expect(db.health(input).state).toBe(state);
    expect(db.details?.(input)['serves']).toBe(serves);
  });
});

describe('texts and sizes', () => {
  it.each([
    ['/etc/mysql/mariadb.conf.d/90-muster.cnf', '90-muster.cnf'],
    ['/etc/mysql/mariadb.conf.d/91-muster-start.cnf', '91-muster-start.cnf'],
    ['/etc/systemd/system/mariadb.service.d/50-muster.conf', '50-muster.conf'],
  ])('%s is the text in test/golden', async (path, name) => {
    const steps = db.plan({ view: chosen(first), settings, observed: certified });
    const step = steps.find((one) => one.kind === 'file' && one.file.path === path);
    const text = step?.kind === 'file' ? step.file.content : '';
    await expect(text).toMatchFileSnapshot(`../../../golden/db/${name}`);
  });

  it('pages take what the other roles leave', () => {
    const of = (roles: readonly ('balancer' | 'cache' | 'web' | 'db' | 'storage')[]): number =>
      bufferPoolMiB(nodeOf({ ordinal: 1, roles: [...roles], hardware: { memoryMiB: 2048 } }));
    expect(of(['db'])).toBeGreaterThan(900);
    expect(of(['balancer', 'cache', 'web', 'db', 'storage'])).toBeLessThan(400);
  });
});
