import { existsSync, readdirSync } from 'node:fs';
import { systemCode } from '../refusal.ts';
import type { UnitProperties } from './systemd-show.ts';

/** Where unit files lie, in systemd's own order. */
const unitDirectories = ['/etc/systemd/system', '/run/systemd/system', '/usr/lib/systemd/system'];

/** Where ours lie, drop-ins included. */
const ownDirectory = '/etc/systemd/system';

/**
 * Whether systemd has to read its unit files before it can be told anything of this unit. Its own word is not
 * enough: systemd 252 remembers which folders there are, and says `no` when the first drop-in of a unit has come, or
 * the first file of a new unit.
 */
export function needsDaemonReload(
  unit: string,
  { NeedDaemonReload, LoadState, DropInPaths }: UnitProperties,
  own = ownDirectory,
): boolean {
  if (NeedDaemonReload === 'yes') return true;
  if (LoadState === 'not-found')
    return [own, ...unitDirectories].some((path) => existsSync(`${path}/${unit}`));
  const dropIns = `${own}/${unit}.d`;
  const known = DropInPaths.split(' ').filter((path) => path.startsWith(`${dropIns}/`));
  return known.sort().join(' ') !== confsIn(dropIns).sort().join(' ');
}

function confsIn(directory: string): string[] {
  try {
    const names = readdirSync(directory).filter((name) => name.endsWith('.conf') && !name.startsWith('.'));
    return names.map((name) => `${directory}/${name}`);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return [];
    throw error;
  }
}
