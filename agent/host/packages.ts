import { dirname } from 'node:path';
import * as z from 'zod';
import { MusterError } from '../../roles/model/errors.ts';
import type { Clock, Files, Packages } from '../../roles/model/ports.ts';
import { Apt, listsAreStale, type OnLine, type Run } from './apt.ts';
import type { HostCommands } from './commands.ts';
import {
  installedOf,
  isInterrupted,
  type Newcomers,
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
  readonly #statusPath: string;
  readonly #status: Reread<PackageRecords>;
  readonly #beforePath: string;
  readonly #listsPath: string | undefined;
  readonly #serial = new Serial();

  constructor({ commands, files, clock, policy, statusPath, beforePath, listsPath }: PackagesParts) {
    this.#files = files;
    this.#clock = clock;
    this.#apt = new Apt(commands, clock);
    this.#policy = policy ?? new ServicePolicy();
    this.#statusPath = statusPath ?? '/var/lib/dpkg/status';
    this.#status = new Reread(this.#statusPath, parseStatus);
    this.#beforePath = beforePath ?? defaultBeforePath;
    this.#listsPath = listsPath;
  }

  async installed(): Promise<Readonly<Record<string, string>>> {
    return installedOf(await this.#status.get());
  }

  /**
   * Also ends what a crash cut, and counts what that brought; with no names at all it does only this. dpkg itself goes
   * on when the agent dies, and is waited for.
   */
  install(names: readonly string[], onLine?: OnLine): Promise<readonly string[]> {
    return this.#alone(async () => {
      const there = await this.installed();
      const missing = names.filter((name) => there[name] === undefined);
      const left = await this.#leftBefore();
      if (missing.length === 0 && left === undefined) {
        await this.#policy.release();
        return [];
      }
      const before = left ?? (await this.#noteBefore());
      await this.#held('nothing', () => this.#bring(missing, before, onLine));
      const { fresh, returned } = await this.#newcomers(before);
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
      if (!run.ok) throw failed(`${there.join(', ')} could not all be purged`, run.reason, 'purge', there);
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
    await this.#settle(onLine);
    if (names.length === 0) return;
    const fetched = await this.#fetch(names, onLine);
    const run = fetched.ok ? await this.#apt.apt(['install', ...names], onLine) : fetched;
    if (run.ok) return;
    const left = await this.#rollBack(before, onLine);
    await this.#files.remove(this.#beforePath);
    const rest = left.length === 0 ? 'nothing was changed' : `${left.join(', ')} could not be taken back`;
    throw failed(`${names.join(', ')} could not be installed; ${rest}`, run.reason, 'install', names);
  }

  /** Everything is on the disk before anything is unpacked: most failures are the mirror's, and harmless here. */
  async #fetch(names: readonly string[], onLine: OnLine | undefined): Promise<Run> {
    if (!(await listsAreStale(this.#clock, this.#listsPath))) {
      const fetched = await this.#download(names, onLine);
      if (fetched.ok) return fetched;
    }
    // Also where the lists were fresh: the mirror may have moved on since.
    const updated = await this.#apt.apt(['update'], onLine);
    const fetched = await this.#download(names, onLine);
    return { ...fetched, reason: [updated.reason, fetched.reason].filter(Boolean).join('\n') };
  }

  #download(names: readonly string[], onLine: OnLine | undefined): Promise<Run> {
    return this.#apt.apt(['install', '--download-only', ...names], onLine);
  }

  /** Takes away what came, and brings what is left half-configured to rest. Returns what would not go. */
  async #rollBack(
    before: Readonly<Record<string, string>>,
    onLine: OnLine | undefined,
  ): Promise<readonly string[]> {
    await this.#settle(onLine);
    const { fresh, returned } = await this.#newcomers(before);
    await this.#force('--remove', [...fresh, ...returned], onLine);
    // Removed packages without settings are gone already.
    await this.#force('--purge', (await this.#newcomers(before)).fresh, onLine);
    await this.#settle(onLine);
    const left = await this.#newcomers(before);
    return [...left.fresh, ...left.returned];
  }

  /**
   * Lets dpkg finish what it was cut in. What it did since its last orderly end lies beside its status file, so that
   * the file alone would hide a half installation.
   */
  async #settle(onLine: OnLine | undefined): Promise<void> {
    const unsaved = await this.#files.list(`${dirname(this.#statusPath)}/updates`);
    if (unsaved.length === 0 && !isInterrupted(await this.#status.get())) return;
    await this.#apt.dpkg(['--configure', '-a'], onLine);
  }

  async #newcomers(before: Readonly<Record<string, string>>): Promise<Newcomers> {
    return newcomers(before, await this.#status.get());
  }

  /** Also what was cut in the middle of being unpacked, which dpkg would rather have unpacked again. */
  async #force(
    verb: '--remove' | '--purge',
    names: readonly string[],
    onLine: OnLine | undefined,
  ): Promise<void> {
    if (names.length > 0) await this.#apt.dpkg(['--force-remove-reinstreq', verb, ...names], onLine);
  }
}

function failed(
  what: string,
  reason: string,
  verb: 'install' | 'purge',
  names: readonly string[],
): MusterError {
  return new MusterError('packages-failed', {
    what,
    why: reason === '' ? 'no reason was given' : reason,
    next: `apt-get --simulate ${verb} ${names.join(' ')}`,
  });
}
