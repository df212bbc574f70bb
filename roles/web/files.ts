import { restartDropIn } from '../model/drop-in.ts';
import { memoryOf } from '../model/memory.ts';
import { nodeHostname } from '../model/node.ts';
import { paths } from '../model/paths.ts';
import type { FileSpec } from '../model/step.ts';
import { carriersOf, selfOf, type View } from '../model/view.ts';
import { defaultPage, healthPage } from './page.ts';
import * as services from './service.ts';
import type { WebSettings } from './settings.ts';
import { apacheThreads, opcacheMiB, phpWorkers } from './sizing.ts';
import { apacheConfig, defaultSite, fpmPool, phpIni } from './templates.ts';

/** What is assumed of a node whose hardware is not known yet: little. */
const unknownHardware = { cores: 1, memoryMiB: 512, init: 'none' as const };

const { apache, fpm, phpVersion } = services;
const fpmDirectory = `/etc/php/${phpVersion}/fpm`;

/** The files of this role; their texts hang on settings, hardware and rosters alone. */
export function filesOf(view: View, settings: WebSettings): FileSpec[] {
  const self = selfOf(view);
  const hardware = self.facts?.hardware ?? unknownHardware;
  const workers = workersOf(view, settings);
  const dropIns =
    hardware.init === 'systemd' ? [restartDropIn('web', apache), restartDropIn('web', fpm)] : [];
  return [
    ...pages(view),
    configFile(`${fpmDirectory}/pool.d/www.conf`, fpmPool(workers, settings), fpm.unit, [
      `/usr/sbin/php-fpm${phpVersion}`,
      '-t',
      '-y',
      '{}',
    ]),
    configFile(
      `${fpmDirectory}/conf.d/90-muster.ini`,
      phpIni(opcacheMiB(hardware.memoryMiB), settings),
      fpm.unit,
    ),
    configFile(
      services.apacheConfig,
      apacheConfig({
        hostname: nodeHostname(self.record.id),
        address: self.record.address,
        threads: apacheThreads(workers),
        settings,
        balancers: ['127.0.0.1', ...carriersOf(view, 'balancer').map((node) => node.record.address)],
      }),
      apache.unit,
      ['/usr/sbin/apache2', '-t', '-f', '{}'],
    ),
    configFile('/etc/apache2/sites-enabled/muster-default.conf', defaultSite(), apache.unit, [
      '/usr/sbin/apache2',
      '-t',
      '-f',
      services.apacheConfig,
      '-c',
      'Include {}',
    ]),
    ...dropIns,
  ];
}

/** How many PHP requests this node works on at a time. */
export function workersOf(view: View, settings: WebSettings): number {
  const self = selfOf(view);
  const { cores } = self.facts?.hardware ?? unknownHardware;
  return phpWorkers(settings, { cores, memoryMiB: memoryOf(self, 'web') });
}

function configFile(
  path: string,
  content: string,
  unit: string,
  check?: readonly [string, ...string[]],
): FileSpec {
  return { path, content, mode: 0o644, owner: 'root:root', unit, ...(check === undefined ? {} : { check }) };
}

function pages(view: View): FileSpec[] {
  const { record, roles, facts } = selfOf(view);
  const versions = facts?.versions ?? {};
  return [
    page('health.php', healthPage),
    page('default/index.php', defaultPage({ cluster: view.cluster.name, node: record, roles, versions })),
  ];
}

function page(path: string, content: string): FileSpec {
  return { path: `${paths.www}/${path}`, content, mode: 0o644, owner: 'root:root' };
}
