import type { Files } from '../../roles/model/ports.ts';

/** The load average of one minute per usable core; 0 where the kernel does not tell. */
export async function loadPerCore(files: Files, cores: number): Promise<number> {
  const [oneMinute] = ((await files.read('/proc/loadavg')) ?? '').split(' ');
  const load = Number(oneMinute);
  return Number.isFinite(load) ? load / cores : 0;
}
