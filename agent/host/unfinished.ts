import * as z from 'zod';
import { MusterError } from '../../roles/model/errors.ts';
import type { Files } from '../../roles/model/ports.ts';

const Installation = z.strictObject({
  /** Package to state, of all that was there before. */
  before: z.record(z.string(), z.string()),
  /** What apt said it would bring or renew: whatever else comes meanwhile is somebody else's. */
  expected: z.array(z.string()),
});
export type Installation = z.infer<typeof Installation>;

/** An installation that has not ended, on the disk from before its start: one that is still there tells of a crash. */
export class Unfinished {
  readonly #files: Files;
  readonly #path: string;

  constructor(files: Files, path = '/var/lib/muster/packages-before.json') {
    this.#files = files;
    this.#path = path;
  }

  /** Throws `state-unreadable` for a damaged file. */
  async read(): Promise<Installation | undefined> {
    const text = await this.#files.read(this.#path);
    if (text === undefined) return undefined;
    try {
      return Installation.parse(JSON.parse(text));
    } catch (cause) {
      throw new MusterError('state-unreadable', {
        what: `${this.#path} cannot be read`,
        why: 'it is not what muster wrote before an installation that was cut off',
        next: `mv ${this.#path} ${this.#path}.damaged, then the same command again`,
        cause,
      });
    }
  }

  begin(installation: Installation): Promise<void> {
    return this.#files.write(this.#path, JSON.stringify(installation), { mode: 0o600 });
  }

  end(): Promise<void> {
    return this.#files.remove(this.#path);
  }
}
