import { paths } from '../model/paths.ts';
import type { FileSpec } from '../model/step.ts';
import type { View } from '../model/view.ts';
import { contentOf, environmentOf, withoutRevisions } from './environment.ts';
import { poolsText } from './pools.ts';
import { apache, apacheConfig, fpm, phpVersion } from './service.ts';
import type { WebSettings } from './settings.ts';
import { sitesText } from './site-texts.ts';
import { allExtensionPackages, applicationsOf, type Site } from './sites.ts';
import { environmentPath, workerServices } from './workers.ts';

/** After `muster-default.conf`, which is for names that no application has. */
const sitesPath = '/etc/apache2/sites-enabled/muster-sites.conf';
const poolsPath = `/etc/php/${phpVersion}/fpm/pool.d/muster-apps.conf`;

/** Where they are written, whatever is in them. */
export function siteFilePaths(view: View): readonly string[] {
  const workers = workerServices(view).flatMap(({ unit }) => [
    environmentPath(unit),
    `/etc/systemd/system/${unit}`,
  ]);
  return [...releaseWords(view).map(({ path }) => path), poolsPath, sitesPath, ...workers];
}

/** The files that make applications sites, once it is known what lies here. */
export function siteFiles(
  view: View,
  settings: WebSettings,
  workers: number,
  sites: readonly Site[],
): readonly FileSpec[] {
  const extensions = allExtensionPackages(view);
  const environment = (site: Site): ReturnType<typeof environmentOf> => environmentOf(view, site.application);
  const content = (site: Site): string => contentOf(view, site.application);
  const pools = poolsText({ sites, environment, content, workers, settings, extensions });
  const hasPool = pools.includes('\n[');
  return [
    ...releaseWords(view),
    {
      path: poolsPath,
      content: pools,
      mode: 0o600,
      owner: 'root:root',
      unit: fpm.unit,
      reloadKey: withoutRevisions(pools),
      // A file without a pool is no configuration of its own.
      ...(hasPool ? { check: [`/usr/sbin/php-fpm${phpVersion}`, '-t', '-y', '{}'] as const } : {}),
    },
    {
      path: sitesPath,
      content: sitesText(sites),
      mode: 0o644,
      owner: 'root:root',
      unit: apache.unit,
      check: ['/usr/sbin/apache2', '-t', '-f', apacheConfig, '-c', 'Include {}'],
    },
  ];
}

/** What a site answers to the question which release it is. */
function releaseWords(view: View): FileSpec[] {
  const ids = new Set(applicationsOf(view).flatMap(({ releases }) => releases.map(({ id }) => id)));
  return [...ids].sort().map((id) => ({
    path: `${paths.applications}/words/${id}`,
    content: `${id}\n`,
    mode: 0o644,
    owner: 'root:root',
  }));
}
