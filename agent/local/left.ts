import { MusterError, messageOf } from '../../roles/model/errors.ts';

/** A sentence for each thing that could not be done while muster goes. */
export type Left = string[];

/** What cannot be done, a mount point's removal above all, is told and holds up nothing else. True when it was done. */
export async function attempt(left: Left, work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    const known = error instanceof MusterError ? `: ${error.why}` : '';
    left.push(`${messageOf(error)}${known}`);
    return false;
  }
}
