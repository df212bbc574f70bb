import { z } from 'zod';
import { MusterError } from '../../roles/model/errors.ts';
import type { Clock, Files, Packages } from '../../roles/model/ports.ts';
import { Apt, listsAreStale, type OnLine, type Run } from './apt.ts';
import type { HostCommands } from './commands.ts';
import {
  installedOf,
  isInterrupted,
  newcomers,
  type PackageRecords,
  parseStatus,
  statesOf,
} from './dpkg-status.ts';
import { ServicePolicy } from './policy.ts';
import { Reread } from './reread.ts';
import { Serial } from './serial.ts';

/** What was there before an installation that has not ended; a file that is still there tells of a crash. */
const defaultBeforePath = '/var/lib/muster/packages-before.json';
const Before = z.record(z.string(), z.string());

export interface PackagesParts {
  readonly commands: HostCommands;
  readonly files: Files;
  readonly clock: Clock;
  readonly policy?: ServicePolicy;
  readonly statusPath?: string;
  readonly beforePath?: string;
  readonly listsPath?: string;
}

/** Debian's packages through apt-get and dpkg, one change at a time. */
export class DebianPackages implements Packages {
  readonly #files: Files;
  readonly #clock: Clock;
  readonly #apt: Apt;
  readonly #policy: ServicePolicy;
  readonly #status: Reread<PackageRecords>;
  readonly #beforePath: string;
  readonly #listsPath: string | undefined;
  readonly #serial = new Serial();

  constructor({ commands, files, clock, policy, statusPath, beforePath, listsPath }: PackagesParts) {
    this.#files = files;
    this.#clock = clock;
    this.#apt = new Apt(commands, clock);
    this.#policy = policy ?? new ServicePolicy();
    this.#status = new Reread(statusPath ?? '/var/lib/dpkg/status', parseStatus);
    this.#beforePath = beforePath ?? defaultBeforePath;
    this.#listsPath = listsPath;
  }

  async installed(): Promise<Readonly<Record<string, string>>> {
    return installedOf(await this.#status.get());
  }

  /** Undoes what a crash in the middle of a change left in the way of others; true if there was something. */
  recover(): Promise<boolean> {
    return this.#alone(() => this.#policy.release());
  }

  install(names: readonly string[], onLine?: OnLine): Promise<readonly string[]> {
    return this.#alone(async () => {
      const there = await this.installed();
      const missing = names.filter((name) => there[name] === undefined);
      const left = await this.#leftBefore();
      if (missing.length === 0 && left === undefined) return [];
      const before = left ?? (await this.#noteBefore());
      if (missing.length > 0) await this.#bring(missing, before, onLine);
      const { fresh, returned } = newcomers(before, await this.#status.get());
      await this.#files.remove(this.#beforePath);
      return [...fresh, ...returned].sort();
    });
  }

  /** Exactly these: where something else needs one of them, that one stays and the error says so. */
  purge(names: readonly string[], onLine?: OnLine): Promise<void> {
    return this.#alone(async () => {
      const records = await this.#status.get();
      const there = names.filter((name) => records.has(name));
      if (there.length === 0) return;
      const run = await this.#held('stop', () => this.#apt.dpkg(['--purge', ...there], onLine));
      if (!run.ok) throw failed(`${there.join(', ')} could not all be purged`, run.tail, 'purge', there);
    });
  }

  #alone<T>(task: () => Promise<T>): Promise<T> {
    return this.#serial.run('dpkg', task);
  }

  async #held<T>(allowed: 'nothing' | 'stop', task: () => Promise<T>): Promise<T> {
    await this.#policy.hold(allowed);
    try {
      return await task();
    } finally {
      await this.#policy.release();
    }
  }

  /** What a crashed installation brought counts as brought by the next one. */
  async #leftBefore(): Promise<Record<string, string> | undefined> {
    const text = await this.#files.read(this.#beforePath);
    return text === undefined ? undefined : Before.parse(JSON.parse(text));
  }

  async #noteBefore(): Promise<Record<string, string>> {
    const before = statesOf(await this.#status.get());
    await this.#files.write(this.#beforePath, JSON.stringify(before), { mode: 0o600 });
    return before;
  }

  async #bring(
    names: readonly string[],
    before: Readonly<Record<string, string>>,
    onLine: OnLine | undefined,
  ): Promise<void> {
    await this.#held('nothing', async () => {
      if (isInterrupted(await this.#status.get())) await this.#apt.dpkg(['--configure', '-a'], onLine);
      const fetched = await this.#fetch(names, onLine);
      const run = fetched.ok ? await this.#apt.apt(['install', ...names], onLine) : fetched;
      if (run.ok) return;
      const left = await this.#rollBack(before, onLine);
      await this.#files.remove(this.#beforePath);
      const rest = left.length === 0 ? 'nothing was changed' : `${left.join(', ')} could not be taken back`;
      throw failed(`${names.join(', ')} could not be installed; ${rest}`, run.tail, 'install', names);
    });
  }

  /** Everything is on the disk before anything is unpacked: most failures are the mirror's, and harmless here. */
  async #fetch(names: readonly string[], onLine: OnLine | undefined): Promise<Run> {
    const stale = await listsAreStale(this.#clock, this.#listsPath);
    if (stale) await this.#apt.apt(['update'], onLine);
    const fetched = await this.#apt.apt(['install', '--download-only', ...names], onLine);
    if (fetched.ok || stale) return fetched;
    // The mirror may have moved on since the lists were read.
    await this.#apt.apt(['update'], onLine);
    return this.#apt.apt(['install', '--download-only', ...names], onLine);
  }

  /** Takes away what came, and brings what is left half-configured to rest. Returns what would not go. */
  async #rollBack(
    before: Readonly<Record<string, string>>,
    onLine: OnLine | undefined,
  ): Promise<readonly string[]> {
    const { fresh, returned } = newcomers(before, await this.#status.get());
    const remove = ['--force-remove-reinstreq', '--remove', ...fresh, ...returned];
    if (fresh.length + returned.length > 0) await this.#apt.dpkg(remove, onLine);
    if (fresh.length > 0) await this.#apt.dpkg(['--force-remove-reinstreq', '--purge', ...fresh], onLine);
    if (isInterrupted(await this.#status.get())) await this.#apt.dpkg(['--configure', '-a'], onLine);
    const left = newcomers(before, await this.#status.get());
    return [...left.fresh, ...left.returned];
  }
}

function failed(
  what: string,
  tail: string,
  verb: 'install' | 'purge',
  names: readonly string[],
): MusterError {
  return new MusterError('packages-failed', {
    what,
    why: tail === '' ? 'no reason was given' : tail,
    next: `apt-get --simulate ${verb} ${names.join(' ')}`,
  });
}
