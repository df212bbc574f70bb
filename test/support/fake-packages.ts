import { MusterError } from '../../roles/model/errors.ts';
import type { Packages } from '../../roles/model/ports.ts';

/** Packages in memory. Tests say what depends on what, and what the mirror lacks. */
export class FakePackages implements Packages {
  readonly versions: Map<string, string>;
  /** Package to what it brings along. */
  readonly dependencies = new Map<string, readonly string[]>();
  /** Packages that cannot be had now. */
  readonly broken = new Set<string>();
  /** What was asked, as in `install haproxy apache2`. */
  readonly calls: string[] = [];

  constructor(versions: Readonly<Record<string, string>> = {}) {
    this.versions = new Map(Object.entries(versions));
  }

  async installed(): Promise<Readonly<Record<string, string>>> {
    return Object.fromEntries(this.versions);
  }

  async install(names: readonly string[], onLine?: (line: string) => void): Promise<readonly string[]> {
    this.calls.push(`install ${names.join(' ')}`);
    const wanted = names.flatMap((name) => [...(this.dependencies.get(name) ?? []), name]);
    const lacking = wanted.filter((name) => this.broken.has(name));
    if (lacking.length > 0) throw failed(`${lacking.join(', ')} could not be had`);
    const fresh = wanted.filter((name) => !this.versions.has(name));
    for (const name of fresh) {
      this.versions.set(name, '1.0');
      onLine?.(`Setting up ${name} (1.0) ...`);
    }
    return fresh;
  }

  async purge(names: readonly string[]): Promise<void> {
    this.calls.push(`purge ${names.join(' ')}`);
    const stuck = names.filter((name) => this.broken.has(name));
    if (stuck.length > 0) throw failed(`${stuck.join(', ')} could not be removed`);
    for (const name of names) this.versions.delete(name);
  }
}

function failed(why: string): MusterError {
  return new MusterError('packages-failed', {
    what: 'the packages could not be changed; nothing was changed',
    why,
    next: 'apt-get update',
  });
}
