import { describe, expect, it } from 'vitest';
import { cache } from '../../../../roles/cache/index.ts';
import { CacheSettings } from '../../../../roles/cache/settings.ts';
import { nothingObserved, type Observed } from '../../../../roles/model/observed.ts';
import type { Step } from '../../../../roles/model/step.ts';
import type { View } from '../../../../roles/model/view.ts';
import { applySteps } from '../../../support/apply-steps.ts';
import { expectConvergence } from '../../../support/convergence.ts';
import { viewOf } from '../../../support/sketches.ts';

const settings = CacheSettings.parse({});
const withStatic = CacheSettings.parse({ staticHost: 'static.example.org', staticSite: 'www.example.org' });
const two = viewOf({ ordinal: 1, roles: ['balancer', 'web', 'cache'] }, { ordinal: 2 });

const plan = (view: View, observed: Observed, wished = settings): readonly Step[] =>
  cache.plan({ view, settings: wished, observed });
const word = (step: Step): string =>
  step.kind === 'service'
    ? `${step.action} ${step.service.unit}`
    : step.kind === 'file'
      ? step.file.path
      : step.kind;
const settled = applySteps(nothingObserved, plan(two, nothingObserved));

function textOf(path: string, wished = settings): string {
  const step = plan(two, nothingObserved, wished).find(
    (one) => one.kind === 'file' && one.file.path === path,
  );
  return step?.kind === 'file' ? step.file.content : '';
}

describe('the plan of a cache', () => {
  it('sets up a bare machine in one order', () => {
    expect(plan(two, nothingObserved).map(word)).toEqual([
      'packages',
      '/etc/nginx/nginx.conf',
      '/etc/memcached.conf',
      '/etc/systemd/system/nginx.service.d/50-muster.conf',
      '/etc/systemd/system/memcached.service.d/50-muster.conf',
      'enable nginx.service',
      'start nginx.service',
      'enable memcached.service',
      'start memcached.service',
    ]);
  });

  it('arrives at the same end from every interruption', () => {
    expectConvergence((observed) => plan(two, observed), nothingObserved);
  });

  it.each([
    {
      what: 'another balancer reloads nginx',
      view: viewOf({ ordinal: 1, roles: ['cache'] }, { ordinal: 2 }),
      wished: settings,
      does: ['reload nginx.service'],
    },
    {
      what: 'a web server that dies changes nothing',
      view: viewOf({ ordinal: 1, roles: ['balancer', 'web', 'cache'] }, { ordinal: 2, verdict: 'dead' }),
      wished: settings,
      does: [],
    },
    {
      what: 'fewer roles take nothing from memcached',
      view: viewOf({ ordinal: 1, roles: ['balancer', 'cache'] }, { ordinal: 2 }),
      wished: settings,
      does: ['reload nginx.service'],
    },
    {
      what: 'more memory for memcached restarts it',
      view: two,
      wished: CacheSettings.parse({ poolMiB: 512 }),
      does: ['restart memcached.service'],
    },
  ])('$what', ({ view, wished, does }) => {
    const services = plan(view, settled, wished).filter(({ kind }) => kind === 'service');
    expect(services.map(word)).toEqual(does);
  });

  it.each([
    { name: 'nginx.conf', path: '/etc/nginx/nginx.conf', wished: settings },
    { name: 'nginx-static.conf', path: '/etc/nginx/nginx.conf', wished: withStatic },
    { name: 'memcached.conf', path: '/etc/memcached.conf', wished: settings },
  ])('$name is the text in test/golden', async ({ name, path, wished }) => {
    await expect(textOf(path, wished)).toMatchFileSnapshot(`../../../golden/cache/${name}`);
  });
});

describe('the health of a cache', () => {
  const active = (unit: string) => ({ unit, installed: true, active: 'active', enabled: true }) as const;
  const services = {
    'nginx.service': active('nginx.service'),
    'memcached.service': active('memcached.service'),
  };
  const ok = { ok: true, status: 200, text: 'ok' } as const;
  const silent = { ok: false, error: 'refused' } as const;
  it.each([
    { what: 'not set up', observed: nothingObserved, state: 'starting' },
    { what: 'not asked', observed: { ...nothingObserved, services }, state: 'starting' },
    {
      what: 'both answer',
      observed: { ...nothingObserved, services, answers: { cache: ok, pool: ok } },
      state: 'ready',
    },
    {
      what: 'nginx is silent',
      observed: { ...nothingObserved, services, answers: { cache: silent, pool: ok } },
      state: 'failing',
    },
    {
      what: 'nginx says 500',
      observed: { ...nothingObserved, services, answers: { cache: { ...ok, status: 500 }, pool: ok } },
      state: 'failing',
    },
    {
      what: 'memcached is silent',
      observed: { ...nothingObserved, services, answers: { cache: ok, pool: silent } },
      state: 'failing',
    },
  ] as const)('$what: $state', ({ observed, state }) => {
    expect(cache.health({ view: two, settings, observed }).state).toBe(state);
  });
});

describe('a node that is no cache any more', () => {
  const leave = (applied: string): readonly string[] => {
    const view = viewOf({ ordinal: 1, roles: ['web'] }, { ordinal: 2, applied: { balancer: applied } });
    const steps = cache.leave?.({ view, settings, observed: settled }) ?? [];
    return steps.map((step) => (step.kind === 'await' ? `${step.revision} ${step.until ?? ''}` : word(step)));
  };

  it('ends once no balancer asks it any more', () => {
    expect(leave('r1')).toEqual([
      'cache:naaaaaaaaaaaa gone',
      'disable memcached.service',
      'stop memcached.service',
      'disable nginx.service',
      'stop nginx.service',
    ]);
  });

  it('has nothing to do twice', () => {
    const view = viewOf({ ordinal: 1, roles: ['web'] });
    expect(cache.leave?.({ view, settings, observed: nothingObserved })).toEqual([]);
  });
});
