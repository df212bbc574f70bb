import type { Files } from '../../roles/model/ports.ts';

/** What a container or slice leaves of the machine; undefined where there is no limit. */
export interface CgroupLimits {
  readonly cores: number | undefined;
  readonly memoryMiB: number | undefined;
}

const bytesPerMiB = 1024 * 1024;

/** cgroup v1 says "no limit" with a number near 2^63, rounded down to the page size. */
const v1UnlimitedBytes = 2 ** 60;

/** `memory.max` of cgroup v2, or `memory.limit_in_bytes` of v1. */
export function parseMemoryLimit(text: string | undefined): number | undefined {
  const bytes = Number(text?.trim());
  if (text === undefined || !Number.isFinite(bytes) || bytes <= 0 || bytes >= v1UnlimitedBytes)
    return undefined;
  return Math.floor(bytes / bytesPerMiB);
}

/** `cpu.max` of cgroup v2: `QUOTA PERIOD` in microseconds, or `max PERIOD`. */
export function parseCpuMax(text: string | undefined): number | undefined {
  const [quota, period] = (text ?? '').trim().split(/\s+/).map(Number);
  return coresFrom(quota, period);
}

/** `cpu.cfs_quota_us` and `cpu.cfs_period_us` of cgroup v1; a quota of -1 is none. */
function coresFrom(quota: number | undefined, period: number | undefined): number | undefined {
  if (quota === undefined || period === undefined) return undefined;
  if (!(quota > 0) || !(period > 0)) return undefined;
  return quota / period;
}

/**
 * The limits as this machine sees them. Inside a container its own cgroup is mounted as the root of the hierarchy,
 * so the root's files are ours; on a plain machine they say "no limit".
 */
export async function readCgroupLimits(files: Files): Promise<CgroupLimits> {
  const root = '/sys/fs/cgroup';
  const [max, limit, cpuMax, quota, period] = await Promise.all(
    [
      'memory.max',
      'memory/memory.limit_in_bytes',
      'cpu.max',
      'cpu/cpu.cfs_quota_us',
      'cpu/cpu.cfs_period_us',
    ].map((name) => files.read(`${root}/${name}`)),
  );
  return {
    memoryMiB: parseMemoryLimit(max) ?? parseMemoryLimit(limit),
    cores: parseCpuMax(cpuMax) ?? coresFrom(Number(quota), Number(period)),
  };
}
