import { paths } from '../../roles/model/paths.ts';
import type { Commands, Files, Packages } from '../../roles/model/ports.ts';
import { demand } from './demand.ts';

interface Parts {
  readonly files: Files;
  readonly packages: Packages;
  readonly commands: Commands;
}

/**
 * Configuration that can outlive its package, or precede it, below / and by package: a package that comes with muster
 * takes it over, and purging that package would delete it.
 */
const places: readonly (readonly [place: string, owner: string])[] = [
  ['etc/apache2', 'apache2'],
  ['etc/default/etcd', 'etcd-server'],
  ['etc/default/haproxy', 'haproxy'],
  ['etc/haproxy', 'haproxy'],
  ['etc/php/8.2/fpm', 'php8.2-fpm'],
];

const archive = `${paths.state}/former/earlier.tar`;

/** Keeps what lies there before the packages come, once: links, modes, owners and times included. */
export async function keepEarlierConfiguration({ files, packages, commands }: Parts): Promise<void> {
  if ((await files.inspect(archive)) !== undefined) return;
  const installed = await packages.installed();
  const found: string[] = [];
  for (const [place, owner] of places) {
    if (installed[owner] === undefined && (await isThere(files, `/${place}`))) found.push(place);
  }
  if (found.length === 0) return;
  // Certificates with their keys may be among it.
  await files.makeDirectory(`${paths.state}/former`, { mode: 0o700 });
  // A half-written archive never bears the name.
  await demand(commands, ['tar', '--directory', '/', '--create', '--file', `${archive}.new`, ...found]);
  await demand(commands, ['mv', `${archive}.new`, archive]);
}

/** Puts back what was kept, after the packages have gone. True when there was something. */
export async function restoreEarlierConfiguration({
  files,
  commands,
}: Pick<Parts, 'files' | 'commands'>): Promise<boolean> {
  if ((await files.inspect(archive)) === undefined) return false;
  await demand(commands, ['tar', '--directory', '/', '--extract', '--file', archive]);
  return true;
}

/** Where the archive is kept that could not be unpacked. */
const aside = '/var/backups/muster-earlier.tar';

/** Takes the archive out of muster's own state, which goes; returns where it is. */
export async function keepEarlierAside({ commands }: Pick<Parts, 'commands'>): Promise<string> {
  await demand(commands, ['mv', archive, aside]);
  return aside;
}

async function isThere(files: Files, path: string): Promise<boolean> {
  return (await files.inspect(path)) !== undefined || (await files.list(path)).length > 0;
}
