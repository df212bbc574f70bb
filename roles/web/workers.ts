import { type Application, type Release, releaseOf } from '../model/application.ts';
import { releasePath } from '../model/application-paths.ts';
import { wordsOf } from '../model/command-line.ts';
import { ensureOff, ensureService } from '../model/ensure.ts';
import type { Observed } from '../model/observed.ts';
import type { ServiceSpec } from '../model/service.ts';
import type { FileSpec, Step } from '../model/step.ts';
import { lines, ownedBy } from '../model/text.ts';
import { selfOf, type View } from '../model/view.ts';
import { contentOf, environmentOf, withoutRevisions } from './environment.ts';
import { applicationsOf, type Site } from './sites.ts';

const prefix = 'muster-app-';

/** A worker of an application, as this node runs it. */
interface Worker {
  readonly application: Application;
  readonly release: Release;
  readonly name: string;
  readonly words: readonly [string, ...string[]];
}

/** The workers that run here: of each application where it says that this node runs what is run once. */
function workersHere(
  view: View,
  current: (application: Application) => Release | undefined,
): readonly Worker[] {
  return applicationsOf(view)
    .filter(({ runner }) => runner === view.self)
    .flatMap((application) => {
      const release = current(application);
      return (release?.manifest.workers ?? []).flatMap(({ name, command }): Worker[] => {
        const words = wordsOf(command);
        return release === undefined || words === undefined ? [] : [{ application, release, name, words }];
      });
    });
}

function specOf({ application, release, name, words }: Worker): ServiceSpec {
  return {
    unit: `${prefix}${application.name}-${name}.service`,
    label: `the worker ${name} of ${application.name}`,
    foreground: ['/usr/bin/env', '-C', releasePath(application.name, release.id), ...words],
    user: 'www-data',
    // Another node may run it by the time that this machine is back.
    startedBy: 'agent',
    stopSignal: 'SIGTERM',
  };
}

/** The services of all workers that are to run here, by what is decided alone. */
export function workerServices(view: View): readonly ServiceSpec[] {
  return workersHere(view, (application) => releaseOf(application, application.current)).map(specOf);
}

/** Starts what is to run here and ends what is not, the moved and the removed. */
export function ensureWorkers(view: View, observed: Observed, sites: readonly Site[]): Step[] {
  const here = workersHere(view, ({ name }) => sites.find((site) => site.application.name === name)?.current);
  return [
    ...endWorkers(
      observed,
      workerServices(view).map(({ unit }) => unit),
    ),
    ...here.flatMap((worker) =>
      ensureService(observed, specOf(worker), workerFiles(view, [worker]), 'restart'),
    ),
  ];
}

/** Ends workers that ran here, but for those that are to stay. */
export function endWorkers(observed: Observed, stay: readonly string[] = []): Step[] {
  const gone = Object.keys(observed.loaded)
    .filter((unit) => unit.startsWith(prefix) && !stay.includes(unit))
    .map((unit): ServiceSpec => ({ unit, label: unit, foreground: ['/bin/false'], stopSignal: 'SIGTERM' }));
  return ensureOff(observed, gone, 'this node no longer runs it');
}

/** The unit and the environment of each worker that runs here. */
export function filesOfWorkers(view: View, sites: readonly Site[]): readonly FileSpec[] {
  return workerFiles(
    view,
    workersHere(view, ({ name }) => sites.find((site) => site.application.name === name)?.current),
  );
}

function workerFiles(view: View, workers: readonly Worker[]): FileSpec[] {
  if (selfOf(view).facts?.hardware.init !== 'systemd') return [];
  return workers.flatMap((worker): FileSpec[] => {
    const { unit } = specOf(worker);
    const variables = lines(
      ownedBy('web'),
      ...Object.entries(environmentOf(view, worker.application)).map(([key, value]) => `${key}='${value}'`),
    );
    return [
      {
        path: environmentPath(unit),
        content: variables,
        mode: 0o600,
        owner: 'root:root',
        unit,
        reloadKey: `${contentOf(view, worker.application)} ${withoutRevisions(variables)}`,
      },
      {
        path: `/etc/systemd/system/${unit}`,
        content: unitText(worker),
        mode: 0o644,
        owner: 'root:root',
        unit,
      },
    ];
  });
}

/** Beside the unit, for root alone. */
export function environmentPath(unit: string): string {
  return `/etc/muster/environment/${unit.replace(/\.service$/, '')}`;
}

function unitText(worker: Worker): string {
  const { application, release, words } = worker;
  const { unit, label } = specOf(worker);
  return lines(
    ownedBy('web'),
    '[Unit]',
    `Description=muster: ${label}`,
    'StartLimitIntervalSec=0',
    '',
    '[Service]',
    'User=www-data',
    'Group=www-data',
    `WorkingDirectory=${releasePath(application.name, release.id)}`,
    `EnvironmentFile=${environmentPath(unit)}`,
    `ExecStart=/usr/bin/env -- ${words.map(unitWord).join(' ')}`,
    'Restart=always',
    '# A worker that ends at once must not take a core.',
    'RestartSec=2',
    '',
    '[Install]',
    'WantedBy=multi-user.target',
  );
}

/** As systemd reads a quoted word: nothing of it is a specifier or a variable. */
function unitWord(word: string): string {
  return `"${word.replaceAll(/["\\]/g, '\\$&').replaceAll('%', '%%').replaceAll('$', '$$$$')}"`;
}
