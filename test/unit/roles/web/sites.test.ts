import { describe, expect, it } from 'vitest';
import type { Application } from '../../../../roles/model/application.ts';
import { ApplicationManifest } from '../../../../roles/model/application-manifest.ts';
import type { NamedDatabase } from '../../../../roles/model/named-database.ts';
import { nothingObserved, type Observed } from '../../../../roles/model/observed.ts';
import type { Step } from '../../../../roles/model/step.ts';
import type { View } from '../../../../roles/model/view.ts';
import { web } from '../../../../roles/web/index.ts';
import { WebSettings } from '../../../../roles/web/settings.ts';
import { applySteps } from '../../../support/apply-steps.ts';
import { expectConvergence } from '../../../support/convergence.ts';
import { sampleApplication, sampleRelease } from '../../../support/sample-application.ts';
import { recordOf, viewOf } from '../../../support/sketches.ts';

const settings = WebSettings.parse({});
const sitesPath = '/etc/apache2/sites-enabled/muster-sites.conf';
const poolsPath = '/etc/php/8.2/fpm/pool.d/muster-apps.conf';

const rich = ApplicationManifest.parse({
  public: 'public',
  php: { extensions: ['gd'], ini: { memory_limit: '256M' } },
  apache: 'FallbackResource /index.php\nHeader set X-Frame-Options DENY',
  writable: ['public/uploads'],
  workers: [{ name: 'queue', command: 'php "artisan" queue:work --sleep=100%' }],
});

/** `shop` serves r2, after r1. */
const serving = sampleApplication({
  releases: [sampleRelease('r1'), sampleRelease('r2', rich)],
  current: 'r2',
  former: 'r1',
  runner: recordOf(1).id,
  environment: { names: ['API_KEY'], version: 3 },
});

const proving: Application = {
  ...serving,
  releases: [...serving.releases, sampleRelease('r3')],
  next: { release: 'r3', phase: 'prove', since: '2026-01-01T12:00:00.000Z', back: false, attempt: 4 },
};

function withApplications(...applications: Application[]): View {
  return { ...viewOf({ ordinal: 1 }), applications, secrets: { 'app-shop': 41, 'db-shop': 42 } };
}

/** The database of `shop` with another password for another digit. */
function sampleDatabase(digit: string): NamedDatabase {
  return { name: 'shop', createdAt: '2026-01-01T12:00:00.000Z', passwordHash: `*${digit.repeat(40)}` };
}

/** A machine on which these releases of `shop` lie. */
function holding(...ids: string[]): Observed {
  const text = ids.join('\n');
  return { ...nothingObserved, answers: { 'releases.shop': { ok: true, status: 200, text } } };
}

function planOf(observed: Observed, view: View = withApplications(serving)): readonly Step[] {
  return web.plan({ view, settings, observed });
}

/** The text of a file once all is done. */
function textOf(path: string, view: View, observed: Observed): string {
  const once = applySteps(observed, planOf(observed, view));
  return applySteps(once, planOf(once, view)).texts[path] ?? '';
}

describe('the plan of a web server with applications', () => {
  it('arrives at the same end from every interruption', () => {
    const ready = applySteps(holding('r1', 'r2'), planOf(holding('r1', 'r2')));
    expectConvergence((observed) => planOf(observed), ready);
  });

  it('says what is in test/golden', async () => {
    const view = withApplications(proving);
    const observed = holding('r1', 'r2', 'r3');

    await expect(textOf(sitesPath, view, observed)).toMatchFileSnapshot(
      '../../../golden/web/muster-sites.conf',
    );
    await expect(textOf(poolsPath, view, observed)).toMatchFileSnapshot(
      '../../../golden/web/muster-apps.conf',
    );
    await expect(
      textOf('/etc/systemd/system/muster-app-shop-queue.service', view, observed),
    ).toMatchFileSnapshot('../../../golden/web/muster-app-shop-queue.service');
  });

  it('runs no PHP where the application writes', () => {
    const text = textOf(sitesPath, withApplications(serving), holding('r1', 'r2'));

    expect(text).toMatch(
      /<Directory \S+\/r2\/public\/uploads>\n\s+<FilesMatch "\(\?i\)\S*php\S*">\n\s+Require all denied/,
    );
  });

  it('answers 503 for what counts and is not here yet', () => {
    expect(textOf(sitesPath, withApplications(serving), holding('r1'))).toContain('RedirectMatch 503 ^');
  });

  it('serves a release only once its extensions are there', () => {
    const first = applySteps(holding('r1', 'r2'), planOf(holding('r1', 'r2')));

    expect(first.texts[sitesPath]).toContain('RedirectMatch 503 ^');
    expect(first.packages).toHaveProperty('php8.2-gd');
    expect(applySteps(first, planOf(first)).texts[sitesPath]).toContain('/releases/r2/public');
  });

  it('leaves everything as it is while it is not known what lies here', () => {
    const files = planOf(nothingObserved).flatMap((step) => (step.kind === 'file' ? [step.file.path] : []));

    expect(files).not.toContain(sitesPath);
  });

  it('does not reload PHP for a release with the same settings of it', () => {
    const view = withApplications({ ...serving, releases: [sampleRelease('r1'), sampleRelease('r2')] });
    const settled = applySteps(holding('r1', 'r2'), planOf(holding('r1', 'r2'), view));
    const after = withApplications({
      ...serving,
      releases: [sampleRelease('r1'), sampleRelease('r2')],
      current: 'r1',
      former: 'r2',
    });
    const units = planOf(settled, after).flatMap((step) =>
      step.kind === 'service' ? [step.service.unit] : [],
    );

    expect(units).toEqual(['apache2.service']);
  });

  it('does not reload PHP where a secret is only sealed to one more node', () => {
    const end = applySteps(holding('r1', 'r2'), planOf(holding('r1', 'r2')));
    const settled = applySteps(end, planOf(end));
    const sealed = { ...withApplications(serving), secrets: { 'app-shop': 99, 'db-shop': 98 } };

    expect(planOf(settled, sealed).map(({ kind }) => kind)).toContain('file');
    expect(planOf(settled, sealed).map(({ kind }) => kind)).not.toContain('service');
  });

  it('reloads PHP and restarts workers for a new password of the database', () => {
    const view = { ...withApplications(serving), databases: [sampleDatabase('A')] };
    const first = applySteps(holding('r1', 'r2'), planOf(holding('r1', 'r2'), view));
    const settled = applySteps(first, planOf(first, view));
    const rotated = { ...view, databases: [sampleDatabase('B')], secrets: { 'app-shop': 41, 'db-shop': 43 } };
    const units = planOf(settled, rotated).flatMap((step) =>
      step.kind === 'service' ? [`${step.action} ${step.service.unit}`] : [],
    );

    expect(planOf(settled, view)).toEqual([]);
    expect(units).toEqual(['reload php8.2-fpm.service', 'restart muster-app-shop-queue.service']);
  });

  it('ends workers that another node runs now', () => {
    const end = applySteps(holding('r1', 'r2'), planOf(holding('r1', 'r2')));
    const settled = applySteps(end, planOf(end));
    const moved = withApplications({ ...serving, runner: recordOf(2).id });

    expect(planOf(settled, moved)).toContainEqual(
      expect.objectContaining({
        action: 'stop',
        service: expect.objectContaining({ unit: 'muster-app-shop-queue.service' }),
      }),
    );
  });
});

describe('what a web server says of an application', () => {
  const details = (observed: Observed): unknown =>
    web.details?.({ view: withApplications(serving), settings, observed });

  it('names what lies here, what is served, and what was found out', () => {
    const observed: Observed = {
      ...holding('r1', 'r2', 'r9'),
      texts: {
        '/var/lib/muster/apps/shop/state.json':
          '{"result":{"kind":"fault","attempt":4,"why":"/ answers 500"}}',
      },
    };
    const answers = { ...observed.answers, 'serves.shop': { ok: true, status: 200, text: 'r2\n' } as const };

    expect(details({ ...observed, answers })).toMatchObject({
      'has.shop': 'r1 r2',
      'serves.shop': 'r2',
      'result.shop': 'fault 4 / answers 500',
    });
  });

  it('takes no other page for a release', () => {
    const answers = { 'serves.shop': { ok: true, status: 200, text: '<html>' } as const };

    expect(details({ ...nothingObserved, answers })).not.toHaveProperty(['serves.shop']);
  });
});
