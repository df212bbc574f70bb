import { MusterError } from '../../roles/model/errors.ts';

/** An archive that is not taken, and why; nothing of it was unpacked. */
export function refusedArchive(why: string, cause?: unknown): MusterError {
  return new MusterError('archive-refused', {
    what: 'the archive is not taken',
    why,
    next: 'muster docs applications',
    cause,
  });
}
