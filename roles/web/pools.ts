import type { ApplicationName, Release } from '../model/application.ts';
import { fingerprint } from '../model/fingerprint.ts';
import { lines, ownedBy } from '../model/text.ts';
import type { Environment } from './environment.ts';
import type { WebSettings } from './settings.ts';
import type { Site } from './sites.ts';

/** Workers that are there before the first visitor; an application that nobody visits costs no more. */
const fewWorkers = 2;

/** Releases with the same settings of PHP share their workers: a new release then needs no reload of PHP. */
export function poolName(application: ApplicationName, { manifest }: Release): string {
  return `${application}-${fingerprint(manifest.php.ini).slice(0, 8)}`;
}

/** Where the workers of a release listen. */
export function poolSocket(application: ApplicationName, release: Release): string {
  return `/run/php/muster-${poolName(application, release)}.sock`;
}

export interface PoolsInput {
  readonly sites: readonly Site[];
  readonly environment: (site: Site) => Environment;
  /** What tells one content of its secrets from another. */
  readonly content: (site: Site) => string;
  readonly workers: number;
  readonly settings: WebSettings;
  /** The packages of extensions: what PHP has loaded changes with them. */
  readonly extensions: readonly string[];
}

/** The workers of every application, in one file. */
export function poolsText(input: PoolsInput): string {
  const extensions = input.extensions.join(' ') || 'none';
  return lines(
    ownedBy('web', ';'),
    `; Extensions of applications: ${extensions}`,
    ...input.sites.map((site) => poolsOf(input, site)),
  );
}

function poolsOf(input: PoolsInput, site: Site): string[] {
  const releases = [site.current, site.former, site.next].flatMap((one) =>
    one?.kind === 'php' ? [one] : [],
  );
  const byName = new Map(releases.map((release) => [poolName(site.application.name, release), release]));
  return [...byName].flatMap(([name, release]) => pool(input, site, name, release));
}

function pool(
  { workers, settings, environment, content }: PoolsInput,
  site: Site,
  name: string,
  release: Release,
): string[] {
  return [
    '',
    `; Variables of ${site.application.name}: ${content(site)}.`,
    `[${name}]`,
    'user = www-data',
    'group = www-data',
    `listen = ${poolSocket(site.application.name, release)}`,
    'listen.owner = www-data',
    'listen.group = www-data',
    'listen.mode = 0660',
    'listen.backlog = 1024',
    'pm = dynamic',
    `pm.max_children = ${String(workers)}`,
    `pm.start_servers = ${String(fewWorkers)}`,
    'pm.min_spare_servers = 1',
    `pm.max_spare_servers = ${String(Math.max(fewWorkers, Math.ceil(workers / 4)))}`,
    'pm.max_requests = 10000',
    `request_terminate_timeout = ${String(settings.requestTimeoutSeconds)}s`,
    'catch_workers_output = yes',
    '; A release never changes, so its files are looked at once.',
    'php_admin_value[opcache.validate_timestamps] = 0',
    ...Object.entries(release.manifest.php.ini).map(
      ([key, value]) => `php_admin_value[${key}] = ${iniText(value)}`,
    ),
    ...Object.entries(environment(site)).map(([key, value]) => `env[${key}] = '${value}'`),
  ];
}

/** In single quotes nothing has a meaning; the schema lets none into a value. */
function iniText(value: string | number | boolean): string {
  if (typeof value === 'boolean') return value ? '1' : '0';
  return `'${String(value)}'`;
}
