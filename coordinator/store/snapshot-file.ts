import * as z from 'zod';
import { MusterError } from '../../roles/model/errors.ts';
import type { Files, Snapshot } from '../../roles/model/ports.ts';

const SnapshotText = z.strictObject({
  revision: z.int().nonnegative(),
  entries: z.record(z.string(), z.strictObject({ value: z.string(), modRevision: z.int().nonnegative() })),
});

/** Keeps the last known decisions on disk; root alone may read them. */
export async function saveSnapshot(files: Files, path: string, snapshot: Snapshot): Promise<void> {
  await files.write(path, `${JSON.stringify(snapshot, undefined, 2)}\n`, { mode: 0o600 });
}

/** The last known decisions; undefined where none were kept. Throws `state-unreadable` for a damaged file. */
export async function loadSnapshot(files: Files, path: string): Promise<Snapshot | undefined> {
  const text = await files.read(path);
  if (text === undefined) return undefined;
  try {
    return SnapshotText.parse(JSON.parse(text));
  } catch (cause) {
    throw new MusterError('state-unreadable', {
      what: `${path} cannot be read`,
      why: cause instanceof z.ZodError ? z.prettifyError(cause) : 'it is not JSON',
      next: `mv ${path} ${path}.damaged; the store of decisions fills it again`,
      cause,
    });
  }
}
