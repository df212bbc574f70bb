import * as z from 'zod';
import { asMusterError, type MusterError } from '../../roles/model/errors.ts';
import type { Clock, Files } from '../../roles/model/ports.ts';

/** A node raises its own once for each refutation; what is said to be above that is made up, and it must fit a datagram. */
const mostIncarnations = 2 ** 31;

/**
 * Which life of which agent a word is about. The epoch is raised on disk at every start; the incarnation begins at 0
 * in every epoch and is raised by the node itself to refute what others say of it.
 */
export const Life = z.strictObject({
  epoch: z.int().nonnegative(),
  incarnation: z.int().nonnegative().max(mostIncarnations),
});
export type Life = z.infer<typeof Life>;

/** Above 0 when `a` is the later one. */
export function compareLives(a: Life, b: Life): number {
  return a.epoch === b.epoch ? a.incarnation - b.incarnation : a.epoch - b.epoch;
}

const EpochText = z.strictObject({ epoch: z.int().nonnegative() });

export interface EpochParts {
  readonly files: Files;
  readonly clock: Clock;
  readonly path: string;
  /** Told of a file that cannot be read or written; the epoch is good all the same. */
  readonly onError: (error: MusterError) => void;
}

/**
 * The epoch of the life that begins now: above that of every life before. The seconds of the wall clock help a node
 * whose disk was put back from a backup, which would otherwise speak in epochs that nobody listens to any more; the
 * file helps a node whose clock was put back; and where both fail, the others tell (`raiseEpoch`).
 */
export async function beginEpoch({ files, clock, path, onError }: EpochParts): Promise<number> {
  const before = await lastEpoch(files, path).catch((error: unknown) => {
    onError(asMusterError(error));
    return 0;
  });
  const epoch = Math.max(before + 1, Math.floor(clock.now().getTime() / 1000));
  try {
    await raiseEpoch({ files, path }, epoch);
  } catch (error) {
    onError(asMusterError(error));
  }
  return epoch;
}

/** Sees to it that the next life begins above an epoch. */
export async function raiseEpoch(
  { files, path }: Pick<EpochParts, 'files' | 'path'>,
  epoch: number,
): Promise<void> {
  await files.write(path, `${JSON.stringify({ epoch })}\n`, { mode: 0o600 });
}

async function lastEpoch(files: Files, path: string): Promise<number> {
  const text = await files.read(path);
  return text === undefined ? 0 : EpochText.parse(JSON.parse(text)).epoch;
}
