import { describe, expect, it } from 'vitest';
import { nothingObserved, type Observed } from '../../../../roles/model/observed.ts';
import { web } from '../../../../roles/web/index.ts';
import { WebSettings } from '../../../../roles/web/settings.ts';
import { apacheThreads, opcacheMiB, phpWorkers } from '../../../../roles/web/sizing.ts';
import { applySteps } from '../../../support/apply-steps.ts';
import { expectConvergence } from '../../../support/convergence.ts';
import { viewOf } from '../../../support/sketches.ts';

const settings = WebSettings.parse({});
const view = viewOf({ ordinal: 1 });

function planOf(observed: Observed, change: Partial<WebSettings> = {}): ReturnType<typeof web.plan> {
  return web.plan({ view, settings: { ...settings, ...change }, observed });
}

function settled(): Observed {
  return applySteps(nothingObserved, planOf(nothingObserved));
}

const fpm = 'php8.2-fpm.service';
const apache = 'apache2.service';
const endpoints = 'muster-endpoints.service';

describe('the plan of a web server', () => {
  it('arrives at the same end from every interruption', () => {
    expectConvergence((observed) => planOf(observed), nothingObserved);
  });

  it('starts what PHP needs before PHP, and PHP before Apache', () => {
    const starts = planOf(nothingObserved).flatMap((step) =>
      step.kind === 'service' && step.action === 'start' ? [step.service.unit] : [],
    );
    expect(starts).toEqual([endpoints, fpm, apache]);
  });

  it('reloads only what reads the changed file', () => {
    const steps = planOf(settled(), { workers: 7 });
    const reloads = steps.flatMap((step) =>
      step.kind === 'service' ? [`${step.action} ${step.service.unit}`] : [],
    );
    expect(reloads).toContain(`reload ${fpm}`);
    expect(planOf(settled(), { memoryLimitMiB: 256 })).toMatchObject([
      { kind: 'file', file: { path: '/etc/php/8.2/fpm/conf.d/90-muster.ini' } },
      { action: 'reload', service: { unit: fpm } },
    ]);
  });

  it('writes no unit files where there is no systemd', () => {
    const container = viewOf({ ordinal: 1, hardware: { init: 'none' } });
    const paths = web
      .plan({ view: container, settings, observed: nothingObserved })
      .flatMap((step) => (step.kind === 'file' ? [step.file.path] : []));
    expect(paths.filter((path) => path.includes('systemd'))).toEqual([]);
  });

  it('puts a deleted vhost back before anything that is checked against it', () => {
    const observed = settled();
    const { ['/etc/apache2/sites-enabled/muster-default.conf']: _gone, ...files } = observed.files;
    const steps = planOf({ ...observed, files }, { requestTimeoutSeconds: 5 });
    expect(steps[0]).toMatchObject({ kind: 'file', tells: 'drift', file: { path: /muster-default/ } });
  });
});

describe('texts of a web server', () => {
  it.each([
    ['/etc/apache2/apache2.conf', 'apache2.conf'],
    ['/etc/apache2/sites-enabled/muster-default.conf', 'muster-default.conf'],
    ['/etc/php/8.2/fpm/pool.d/www.conf', 'www.conf'],
    ['/etc/php/8.2/fpm/conf.d/90-muster.ini', '90-muster.ini'],
    ['/var/lib/muster/www/default/index.php', 'index.php'],
    ['/etc/systemd/system/apache2.service.d/50-muster.conf', '50-muster.conf'],
  ])('%s is the text in test/golden', async (path, name) => {
    const step = planOf(nothingObserved).find((step) => step.kind === 'file' && step.file.path === path);
    const text = step?.kind === 'file' ? step.file.content : '';
    await expect(text).toMatchFileSnapshot(`../../../golden/web/${name}`);
  });

  it('lets no name break out of the page', () => {
    const hostile = { ...view, cluster: { ...view.cluster, name: '<?php evil() ?><b>' } };
    const step = web
      .plan({ view: hostile, settings, observed: nothingObserved })
      .find((step) => step.kind === 'file' && step.file.path.endsWith('index.php'));
    expect(step?.kind === 'file' && step.file.content).not.toMatch(/evil\(\) \?>|<b>&/);
  });
});

describe('sizes', () => {
  it.each([
    { cores: 1, memoryMiB: 256, workers: 6 },
    { cores: 1, memoryMiB: 1024, workers: 24 },
    { cores: 4, memoryMiB: 1024, workers: 25 },
    { cores: 16, memoryMiB: 32768, workers: 384 },
    { cores: 0.5, memoryMiB: 64, workers: 4 },
  ])('$cores cores and $memoryMiB MiB make $workers PHP workers', ({ workers, ...hardware }) => {
    expect(phpWorkers(settings, hardware)).toBe(workers);
  });

  it('a setting wins over the hardware', () => {
    expect(phpWorkers({ ...settings, workers: 3 }, { cores: 64, memoryMiB: 65536 })).toBe(3);
  });

  it.each([
    { workers: 4, threads: 100 },
    { workers: 24, threads: 100 },
    { workers: 100, threads: 225 },
    { workers: 1000, threads: 1000 },
  ])('$workers workers get $threads Apache threads', ({ workers, threads }) => {
    expect(apacheThreads(workers)).toBe(threads);
  });

  it.each([
    [256, 64],
    [1024, 128],
    [65536, 256],
  ])('%i MiB give OPcache %i', (memory, opcache) => {
    expect(opcacheMiB(memory)).toBe(opcache);
  });
});

describe('the health of a web server', () => {
  const active = (unit: string) => ({ unit, installed: true, active: 'active', enabled: true }) as const;
  const up: Observed = {
    ...nothingObserved,
    loaded: { [endpoints]: 'e', [fpm]: 'a', [apache]: 'b' },
    services: { [endpoints]: active(endpoints), [fpm]: active(fpm), [apache]: active(apache) },
  };
  const page = (status: number, text: string): Observed => ({
    ...up,
    answers: { page: { ok: true, status, text } },
  });
  it.each([
    { what: 'nothing set up', observed: nothingObserved, state: 'starting' },
    { what: 'PHP answers', observed: page(200, 'ok\n'), state: 'ready' },
    { what: 'PHP is down', observed: page(503, ''), state: 'failing' },
    { what: 'PHP source comes back', observed: page(200, '<?php'), state: 'failing' },
    {
      what: 'Apache is silent',
      observed: { ...up, answers: { page: { ok: false, error: 'refused' } } },
      state: 'failing',
    },
    {
      what: 'Apache has failed',
      observed: { ...up, services: { [endpoints]: active(endpoints), [fpm]: active(fpm) } },
      state: 'failing',
    },
    {
      what: 'the way to the databases has failed',
      observed: { ...page(200, 'ok\n'), services: {} },
      state: 'failing',
    },
  ] as const)('$what: $state', ({ observed, state }) => {
    expect(web.health({ view, settings, observed }).state).toBe(state);
  });
});
