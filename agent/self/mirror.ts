import type { Files } from '../../roles/model/ports.ts';
import type { Mirror } from '../api/doctor/examination.ts';

/** Levels of the kernel's arrays (md) that bear the loss of a disk, and those that do not. */
const mirroring = new Set(['raid1', 'raid10', 'raid4', 'raid5', 'raid6']);
const spreading = new Set(['raid0', 'linear']);

/** Arrays on volumes on arrays: nobody goes deeper, and no loop in /sys shall hold us. */
const deepest = 6;

/**
 * Whether a block device (`major:minor`) lies on an array of the kernel, by what /sys says: through partitions,
 * encryption and volumes of LVM down to arrays. A plain disk says nothing of what is behind it.
 */
export function mirrorOf(files: Files, device: string): Promise<Mirror> {
  return look(files, `/sys/dev/block/${device}`, deepest);
}

async function look(files: Files, folder: string, depth: number): Promise<Mirror> {
  const said = async (name: string): Promise<string | undefined> =>
    (await files.read(`${folder}/${name}`))?.trim();
  const event = await said('uevent');
  if (event === undefined || depth === 0) return unknown;
  // The folder of a partition lies in that of its disk.
  if (/^DEVTYPE=partition$/m.test(event)) return look(files, `${folder}/..`, depth - 1);
  const level = await said('md/level');
  const array = /^DEVNAME=(.+)$/m.exec(event)?.[1];
  if (level !== undefined && array !== undefined && mirroring.has(level)) {
    const missing = Number((await said('md/degraded')) ?? 0);
    return { state: missing > 0 ? 'lacking' : 'whole', array, level };
  }
  const below = await Promise.all(
    (await files.list(`${folder}/slaves`)).map((name) => look(files, `${folder}/slaves/${name}`, depth - 1)),
  );
  // It needs each of its parts: all of them have to be mirrored.
  if (level !== undefined && array !== undefined && spreading.has(level)) {
    return below.length > 0 && below.every(isMirror) ? worst(below) : { state: 'none', array, level };
  }
  return worst(below);
}

const unknown: Mirror = { state: 'unknown' };

function isMirror({ state }: Mirror): boolean {
  return state === 'whole' || state === 'lacking';
}

function worst(all: readonly Mirror[]): Mirror {
  const order = ['none', 'lacking', 'unknown', 'whole'] as const;
  return (
    order.map((state) => all.find((one) => one.state === state)).find((one) => one !== undefined) ?? unknown
  );
}
