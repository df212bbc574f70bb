import type { CacheSettings } from './settings.ts';

/** A tenth of the disk, since other roles live on it too; pages beyond 64 GiB are read once a month. */
const diskShare = 0.1;
const mostDiskMiB = 64 * 1024;
const leastDiskMiB = 64;

/** Room that stored pages leave to everybody else, whatever the setting. */
const freeShare = 0.05;

/** Disk that stored pages may take. */
export function pagesMiB(settings: CacheSettings, diskMiB: number): number {
  if (settings.diskMiB !== 'auto') return settings.diskMiB;
  return Math.max(leastDiskMiB, Math.min(mostDiskMiB, Math.floor(diskMiB * diskShare)));
}

/** Free disk below which nginx throws pages away. */
export function freeMiB(diskMiB: number): number {
  return Math.max(leastDiskMiB, Math.floor(diskMiB * freeShare));
}

/** An eighth of the role's memory: 8,000 pages a MiB. The pages themselves live in the kernel's page cache. */
const keysShare = 1 / 8;
const [leastKeysMiB, mostKeysMiB] = [8, 512];

/** Memory for the names of stored pages; `memoryMiB` is the part of the node's memory that the role may plan with. */
export function keysMiB(memoryMiB: number): number {
  return Math.max(leastKeysMiB, Math.min(mostKeysMiB, Math.floor(memoryMiB * keysShare)));
}

/**
 * Of the whole machine and not of the role's part, which changes as roles come and go: memcached takes another size by a
 * restart alone, and that would end the sessions it holds.
 */
const poolShare = 1 / 16;
const [leastPoolMiB, mostPoolMiB] = [64, 4_096];

/** Memory that memcached may take. */
export function poolMiB(settings: CacheSettings, memoryMiB: number): number {
  if (settings.poolMiB !== 'auto') return settings.poolMiB;
  return Math.max(leastPoolMiB, Math.min(mostPoolMiB, Math.floor(memoryMiB * poolShare)));
}

/** nginx has one worker per core; each takes what the open files allow, two for a client and what it asks for. */
const mostConnections = 16_384;

export function workerConnections(openFiles: number): number {
  return Math.max(256, Math.min(mostConnections, Math.floor(openFiles / 2)));
}
