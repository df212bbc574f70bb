import { dataDirectory } from '../../roles/db/service.ts';
import { MusterError, messageOf } from '../../roles/model/errors.ts';
import { paths } from '../../roles/model/paths.ts';
import type { Commands, Files } from '../../roles/model/ports.ts';
import { selfOf, type View } from '../../roles/model/view.ts';
import type { DatabaseDisk, DataDisk, Examination, Swap } from '../api/doctor/examination.ts';
import { mirrorOf } from './mirror.ts';

export interface DiskParts {
  readonly files: Files;
  readonly commands: Commands;
  /** Undefined while nothing is decided yet. */
  readonly view: () => View | undefined;
  readonly syncTimes: (directory: string) => Promise<readonly number[] | undefined>;
}

const mib = 1024 * 1024;

/** It reads what the kernel has at hand. */
const findmntTimeoutMs = 2_000;

/** Reads off the machine what it gives the data that this node keeps. */
export async function dataDisks(parts: DiskParts): Promise<Pick<Examination, 'database' | 'files'>> {
  const view = parts.view();
  if (view === undefined) return {};
  const { roles } = selfOf(view);
  const driver = view.storage?.driver;
  const keepsFiles = roles.includes('storage') && driver !== undefined && driver !== 'external';
  const files = keepsFiles
    ? { ...(await diskOf(parts, paths.storage)), gluster: driver === 'gluster' }
    : undefined;
  return {
    ...(roles.includes('db') ? { database: await databaseDisk(parts) } : {}),
    ...(files === undefined ? {} : { files }),
  };
}

async function databaseDisk(parts: DiskParts): Promise<DatabaseDisk> {
  const disk = await diskOf(parts, dataDirectory);
  return {
    ...disk,
    mirror: disk.mount === undefined ? { state: 'unknown' } : await mirrorOf(parts.files, disk.mount.device),
    swap: await swapOf(parts.files),
    syncs: await syncsOf(parts),
  };
}

async function diskOf({ files, commands }: DiskParts, path: string): Promise<DataDisk> {
  const mount = await mountOf(commands, path);
  const [free, size] = await Promise.all([files.freeBytes(path), files.sizeBytes(path)]);
  return {
    path,
    ...(mount === undefined ? {} : { mount }),
    freeMiB: Math.floor(free / mib),
    sizeMiB: Math.floor(size / mib),
  };
}

/** What a path lies on, through links; undefined where there is no such path yet. */
async function mountOf(commands: Commands, path: string): Promise<DataDisk['mount']> {
  const output = 'FSTYPE,MAJ:MIN,VFS-OPTIONS,TARGET';
  try {
    const { exitCode, stdout } = await commands.run(
      ['findmnt', '--noheadings', '--raw', '--output', output, '--target', path],
      { timeoutMs: findmntTimeoutMs },
    );
    const [type, device, options, point] = stdout.trim().split(' ');
    if (exitCode !== 0 || type === undefined || device === undefined) return undefined;
    if (options === undefined || point === undefined) return undefined;
    return { type, device, options: options.split(','), point };
  } catch {
    return undefined;
  }
}

/** /proc/swaps has a line of headings, then a device a line (proc(5)). */
async function swapOf(files: Files): Promise<Swap> {
  const swappiness = Number.parseInt((await files.read('/proc/sys/vm/swappiness')) ?? '', 10);
  const [, ...lines] = ((await files.read('/proc/swaps')) ?? '').split('\n');
  const devices = lines.flatMap((line) => line.split(/\s+/)[0] || []);
  return Number.isNaN(swappiness) ? { devices } : { devices, swappiness };
}

async function syncsOf({ syncTimes }: DiskParts): Promise<DatabaseDisk['syncs']> {
  try {
    const timesMs = await syncTimes(dataDirectory);
    return timesMs === undefined ? undefined : { timesMs };
  } catch (error) {
    return { error: error instanceof MusterError ? error.why : messageOf(error) };
  }
}
