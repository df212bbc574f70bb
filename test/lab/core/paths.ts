import { join } from 'node:path';
import { ofThisLab } from './address.ts';

/** Everything the lab keeps: `trees` and `apt` are a cache between runs, `run` is one lab and goes with it. */
export const HOME = '/var/lib/muster-lab';
export const TREES = join(HOME, 'trees');
/** A layer that holds nothing but downloaded packages; every machine sees it under its own package cache. */
export const APT_LAYER = join(HOME, 'apt');
export const APT_ARCHIVES = 'var/cache/apt/archives';
export const RUN = join(HOME, ofThisLab('run'));
export const STATE_FILE = join(RUN, 'state.json');
export const LOCK_FILE = join(HOME, 'lock');

/** The places of one machine. */
export const placesOf = (
  name: string,
): Record<
  | 'dir'
  | 'upper'
  | 'work'
  | 'root'
  | 'image'
  | 'disk'
  | 'console'
  | 'system'
  | 'kernel'
  | 'initrd'
  | 'key'
  | 'control'
  | 'sockets',
  string
> => {
  const dir = join(RUN, name);
  return {
    dir,
    upper: join(dir, 'upper'),
    work: join(dir, 'work'),
    root: join(dir, 'root'),
    image: join(dir, 'disk.img'),
    disk: join(dir, 'disk'),
    console: join(dir, 'console.log'),
    // Of machines with a kernel of their own: the disk they boot from, what boots it, and the way in.
    system: join(dir, 'system.img'),
    kernel: join(dir, 'vmlinuz'),
    initrd: join(dir, 'initrd.img'),
    key: join(dir, 'key'),
    control: join(dir, 'control'),
    sockets: join(dir, 'sockets'),
  };
};
