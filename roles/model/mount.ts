import * as z from 'zod';
import type { Answer } from './observed.ts';

/** What the agent tells of a mount point that something is mounted at; the answer's text, as JSON. */
export const MountWords = z.strictObject({
  /** What is mounted there, as `/proc/self/mountinfo` has it: `n1.muster:/muster`, or a device. */
  source: z.string(),
  /** As in `xfs` or `fuse.glusterfs`. */
  type: z.string(),
  /** With NFS: the address of the server that it goes to. */
  server: z.string().exactOptional(),
  /** Absent where the file system did not say. */
  sizeMiB: z.number().exactOptional(),
  freeMiB: z.number().exactOptional(),
  /** Why it does not do what a file system should, in a sentence. */
  trouble: z.string().exactOptional(),
});
export type MountWords = z.infer<typeof MountWords>;

/** The `status` of an answer to a question about a mount. */
export const mountStatus = {
  /** It answered, and a file could be touched where that was asked for. */
  answers: 200,
  /** Nothing is mounted there. */
  absent: 404,
  /** It refuses. */
  refuses: 503,
  /** It did not answer in time: whoever touches it waits. */
  hangs: 504,
} as const;

/** A mount point as it was found. */
export type MountSeen =
  | { readonly state: 'unknown' | 'absent' }
  | ({ readonly state: 'answers' | 'refuses' | 'hangs' } & MountWords);

/** Reads the answer to a `mount` question. */
export function mountSeen(answer: Answer | undefined): MountSeen {
  if (answer?.ok !== true) return { state: 'unknown' };
  if (answer.status === mountStatus.absent) return { state: 'absent' };
  const words = wordsIn(answer.text);
  if (words === undefined) return { state: 'unknown' };
  if (answer.status === mountStatus.answers) return { state: 'answers', ...words };
  return { state: answer.status === mountStatus.hangs ? 'hangs' : 'refuses', ...words };
}

function wordsIn(text: string): MountWords | undefined {
  try {
    return MountWords.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
