import { MusterError } from '../../roles/model/errors.ts';
import type { KeptPackage, Packages, RecordPackages } from '../../roles/model/ports.ts';

/** Packages in memory. Tests say what depends on what, and what the mirror lacks. */
export class FakePackages implements Packages {
  readonly versions: Map<string, string>;
  /** Package to what it brings along. */
  readonly dependencies = new Map<string, readonly string[]>();
  /** Packages that cannot be had now. */
  readonly broken = new Set<string>();
  /** Packages that a cut installation has brought, not told yet. */
  readonly cutOff: string[] = [];
  /** Packages that cannot be purged, and why. */
  readonly kept = new Map<string, string>();
  /** What was asked, as in `install haproxy apache2`. */
  readonly calls: string[] = [];

  constructor(versions: Readonly<Record<string, string>> = {}) {
    this.versions = new Map(Object.entries(versions));
  }

  async installed(): Promise<Readonly<Record<string, string>>> {
    return Object.fromEntries(this.versions);
  }

  async install(names: readonly string[], record: RecordPackages): Promise<readonly string[]> {
    this.calls.push(`install ${names.join(' ')}`);
    const wanted = names.flatMap((name) => [...(this.dependencies.get(name) ?? []), name]);
    const lacking = wanted.filter((name) => this.broken.has(name));
    if (lacking.length > 0) throw failed(`${lacking.join(', ')} could not be had`);
    const fresh = wanted.filter((name) => !this.versions.has(name));
    for (const name of fresh) this.versions.set(name, '1.0');
    const came = [...this.cutOff.splice(0), ...fresh];
    if (came.length > 0) await record(came);
    return came;
  }

  async purge(names: readonly string[]): Promise<readonly KeptPackage[]> {
    this.calls.push(`purge ${names.join(' ')}`);
    const kept = names.flatMap((name) => ({ name, why: this.kept.get(name) ?? '' })).filter(({ why }) => why);
    for (const name of names) if (!this.kept.has(name)) this.versions.delete(name);
    return kept;
  }
}

function failed(why: string): MusterError {
  return new MusterError('packages-failed', {
    what: 'the packages could not be changed; nothing was changed',
    why,
    next: 'apt-get update',
  });
}
