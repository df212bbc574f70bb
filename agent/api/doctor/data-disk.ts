import type { Finding } from '../contract.ts';
import type { DatabaseDisk, DataDisk, FilesDisk } from './examination.ts';
import { fine, fullDiskMiB, lowDiskMiB } from './finding.ts';

/** With more the kernel puts pages of a database away to keep files that were read once. */
const mostSwappiness = 10;
/** Every commit waits for one: above this fifty writers one after the other wait for a second. */
const slowSyncMs = 20;

/** What the machine gives a database that it carries. */
export function databaseDisk(disk: DatabaseDisk | undefined): Finding[] {
  if (disk === undefined) return [];
  return [mirror(disk), atime('db', disk), swap(disk), ...sync(disk), space('db', disk)];
}

/** What the machine gives the common files that it keeps. */
export function filesDisk(disk: FilesDisk | undefined): Finding[] {
  if (disk === undefined) return [];
  return [...(disk.gluster ? xfs(disk) : []), atime('storage', disk), space('storage', disk)];
}

function mirror({ path, mirror }: DatabaseDisk): Finding {
  const id = 'db-mirror';
  if (mirror.state === 'unknown') {
    const evidence = `whether the disk of ${path} is mirrored is not known: a controller or a host may do so unseen`;
    return fine(id, evidence);
  }
  const array = `${mirror.array} (${mirror.level})`;
  if (mirror.state === 'whole') return fine(id, `${path} lies on ${array}, which bears the loss of a disk`);
  if (mirror.state === 'lacking') {
    const evidence = `${array}, on which ${path} lies, lacks a disk: the next loss may take the data`;
    const next = `mdadm --detail /dev/${mirror.array}; mdadm /dev/${mirror.array} --add DISK`;
    return { id, level: 'failure', evidence, next };
  }
  const evidence = `${path} lies on ${array}: whichever of its disks breaks takes the data`;
  const next = `muster role set NODE db, for a copy on another node; then an array of RAID 1 or RAID 10 at ${path}`;
  return { id, level: 'warning', evidence, next };
}

/** Without an option the kernel writes down every reading (strictatime). */
function atime(role: 'db' | 'storage', { path, mount }: DataDisk): Finding {
  const id = `${role}-atime`;
  if (mount === undefined) return fine(id, `how ${path} is mounted is not known`);
  const calm = mount.options.find((option) => option === 'noatime' || option === 'relatime');
  if (calm !== undefined) return fine(id, `${path} is mounted with ${calm}`);
  const evidence = `${mount.point}, which has ${path}, is mounted with strictatime: each reading is a write`;
  const next = `mount -o remount,noatime ${mount.point}, and noatime in its line of /etc/fstab`;
  return { id, level: 'warning', evidence, next };
}

function swap({ swap: { swappiness, devices } }: DatabaseDisk): Finding {
  const id = 'db-swap';
  if (devices.length === 0) return fine(id, 'there is no swap that the database could be put away to');
  if (swappiness === undefined) return fine(id, 'how readily the kernel swaps is not known');
  const evidence = `vm.swappiness is ${String(swappiness)}, with swap on ${devices.join(', ')}`;
  if (swappiness <= mostSwappiness) return fine(id, evidence);
  const next = `sysctl -w vm.swappiness=${String(mostSwappiness)}, and the same in /etc/sysctl.d/90-swappiness.conf`;
  return { id, level: 'warning', evidence: `${evidence}: the database may be put away`, next };
}

/** Nothing is said while the directory is being made. */
function sync({ path, syncs }: DatabaseDisk): Finding[] {
  const id = 'db-sync';
  if (syncs === undefined) return [];
  if ('error' in syncs) {
    const evidence = `nothing can be written to ${path}: ${syncs.error}`;
    return [{ id, level: 'failure', evidence, next: `findmnt --target ${path}; dmesg --level err,warn` }];
  }
  const sorted = [...syncs.timesMs].sort((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)];
  if (median === undefined) return [];
  const evidence = `a write to ${path} is kept after ${median.toFixed(1)} ms`;
  if (median <= slowSyncMs) return [fine(id, evidence)];
  const next = `iostat -x 1, for whoever else writes there; if nobody does: an SSD, or a controller with a battery, at ${path}`;
  return [{ id, level: 'warning', evidence: `${evidence}, and every commit waits for it`, next }];
}

function space(role: 'db' | 'storage', { path, freeMiB, sizeMiB }: DataDisk): Finding {
  const id = `${role}-space`;
  const evidence = `${String(freeMiB)} MiB of ${String(sizeMiB)} MiB are free at ${path}`;
  const next = `du -xm --max-depth=2 ${path} | sort -n | tail; a larger disk there, or less on it`;
  if (freeMiB < fullDiskMiB) return { id, level: 'failure', evidence, next };
  if (freeMiB < lowDiskMiB) return { id, level: 'warning', evidence, next };
  return fine(id, evidence);
}

/** Others keep fewer attributes beside a file, and are slower. */
function xfs({ path, mount }: FilesDisk): Finding[] {
  if (mount === undefined) return [];
  const id = 'storage-xfs';
  if (mount.type === 'xfs') return [fine(id, `${path} is on XFS`)];
  const evidence = `${path} is on ${mount.type}; GlusterFS is made for XFS`;
  const next = 'a disk of its own with XFS (mkfs.xfs DISK), mounted at /srv before a machine joins';
  return [{ id, level: 'warning', evidence, next }];
}
