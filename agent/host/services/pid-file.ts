import { readlinkSync, realpathSync } from 'node:fs';
import type { Files } from '../../../roles/model/ports.ts';
import type { ServiceSpec } from '../../../roles/model/service.ts';

/**
 * Takes away what a crash or a stopped container left: its number may be a stranger's by now, and services then refuse
 * to start beside it. One that names the very program stays, for that runs outside our care and is in the way.
 */
export async function clearPidFile(
  { pidFile, foreground: [program] }: ServiceSpec,
  files: Files,
): Promise<void> {
  if (pidFile === undefined) return;
  const pid = Number.parseInt((await files.read(pidFile)) ?? '', 10);
  if (!runs(pid, program)) await files.remove(pidFile);
}

function runs(pid: number, program: string): boolean {
  try {
    // The kernel adds this to a program that was upgraded under its process.
    const running = readlinkSync(`/proc/${String(pid)}/exe`).replace(/ \(deleted\)$/, '');
    return running === realpathSync(program);
  } catch {
    // No such process, or no such program.
    return false;
  }
}
