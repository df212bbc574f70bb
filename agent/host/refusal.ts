import { MusterError, messageOf } from '../../roles/model/errors.ts';

/** The error code of a failed system call, as in `ENOENT`. */
export function systemCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** A path that is not as it would have to be, or that the system does not let us change. */
export function refused(path: string, action: string, why: string, cause?: unknown): MusterError {
  return new MusterError('file-refused', {
    what: `${path} could not be ${action}`,
    why,
    next: `ls -ld ${path}`,
    cause,
  });
}

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EROFS: 'the file system is read-only',
  EACCES: 'permission denied',
  EPERM: 'the system does not permit it; the file may be immutable',
  EBUSY: 'it is in use as a mount point',
  EISDIR: 'it is a directory',
  ENOTDIR: 'something on the way is not a directory',
};

/** Runs one change to a path; a system call that fails becomes an error with a sentence. */
export async function changing<T>(path: string, action: string, change: () => Promise<T>): Promise<T> {
  try {
    return await change();
  } catch (error) {
    if (error instanceof MusterError) throw error;
    throw refused(path, action, reasons[systemCode(error) ?? ''] ?? messageOf(error), error);
  }
}

/** The answer of a look at something that may not be there. */
export async function ifThere<T>(look: () => Promise<T>): Promise<T | undefined> {
  try {
    return await look();
  } catch (error) {
    const code = systemCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}
