import { chmod, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { ifThere } from './refusal.ts';

/** Debian asks this program whether a package may start, stop or restart a service. */
const defaultPath = '/usr/sbin/policy-rc.d';

/** Only ours says this: what tells it from a policy of the operator's. */
const mark = '# put here by muster while it changes packages';

/** What packages may do with services meanwhile: an installation nothing, a purge only stop what it takes away. */
export type Allowed = 'nothing' | 'stop';

function script(allowed: Allowed): string {
  const exception = allowed === 'stop' ? 'for word in "$@"; do [ "$word" = stop ] && exit 0; done\n' : '';
  return `#!/bin/sh\n${mark}\n${exception}exit 101\n`;
}

/**
 * Holds services back from what packages would do with them, until `release`. A policy that was there is kept beside
 * it and put back. What a crash in between left is put right by the next `hold`, and by `release` alone.
 */
export class ServicePolicy {
  readonly #path: string;
  readonly #aside: string;

  constructor(path = defaultPath) {
    this.#path = path;
    this.#aside = `${path}.muster-kept`;
  }

  /** Ours that a crash left stays in place without a gap: what was cut may still be at work. */
  async hold(allowed: Allowed): Promise<void> {
    const current = await ifThere(() => readFile(this.#path, 'utf8'));
    if (current === script(allowed)) return;
    await this.release();
    await ifThere(() => rename(this.#path, this.#aside));
    await writeFile(this.#path, script(allowed), { flag: 'wx' });
    await chmod(this.#path, 0o755);
  }

  /**
   * Puts back what was there; true if there was something to put back. A policy that another hand has put in place of
   * ours meanwhile is the newer word, and stays.
   */
  async release(): Promise<boolean> {
    const current = await ifThere(() => readFile(this.#path, 'utf8'));
    const ours = current?.includes(mark) === true;
    if (ours) await rm(this.#path);
    if (ours || current === undefined) {
      const restored = await ifThere(() => rename(this.#aside, this.#path).then(() => true));
      return ours || restored === true;
    }
    await rm(this.#aside, { force: true });
    return false;
  }
}
