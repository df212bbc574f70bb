import type { Finding } from '../contract.ts';

/** Below this, etcd, a database and the services begin to fail to write. */
export const fullDiskMiB = 200;
/** Below this, a package upgrade or a busy log can fill the disk within a day. */
export const lowDiskMiB = 1024;

/** All is well, as the evidence shows. */
export function fine(id: string, evidence: string): Finding {
  return { id, level: 'ok', evidence, next: '' };
}
