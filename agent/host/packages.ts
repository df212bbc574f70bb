import { dirname } from 'node:path';
import { MusterError } from '../../roles/model/errors.ts';
import type { Clock, Files, KeptPackage, Packages, RecordPackages } from '../../roles/model/ports.ts';
import { Apt, listsAreStale, type Run } from './apt.ts';
import { expectedIn, neededBy } from './apt-words.ts';
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
import { lockPackages } from './lock.ts';
import { ServicePolicy } from './policy.ts';
import { Reread } from './reread.ts';
import { Serial } from './serial.ts';
import { type Installation, Unfinished } from './unfinished.ts';

export interface PackagesParts {
  readonly commands: HostCommands;
  readonly files: Files;
  readonly clock: Clock;
  readonly policy?: ServicePolicy;
  readonly statusPath?: string;
  readonly beforePath?: string;
  readonly listsPath?: string;
  readonly lockPath?: string;
}

/** Debian's packages through apt-get and dpkg, one change at a time on the whole machine. */
export class DebianPackages implements Packages {
  readonly #files: Files;
  readonly #clock: Clock;
  readonly #apt: Apt;
  readonly #policy: ServicePolicy;
  readonly #statusPath: string;
  readonly #status: Reread<PackageRecords>;
  readonly #unfinished: Unfinished;
  readonly #listsPath: string | undefined;
  readonly #lockPath: string | undefined;
  readonly #serial = new Serial();

  constructor(parts: PackagesParts) {
    const { commands, files, clock, policy, statusPath, beforePath, listsPath, lockPath } = parts;
    this.#files = files;
    this.#clock = clock;
    this.#apt = new Apt(commands, clock);
    this.#policy = policy ?? new ServicePolicy();
    this.#statusPath = statusPath ?? '/var/lib/dpkg/status';
    this.#status = new Reread(this.#statusPath, parseStatus);
    this.#unfinished = new Unfinished(files, beforePath);
    this.#listsPath = listsPath;
    this.#lockPath = lockPath;
  }

  async installed(): Promise<Readonly<Record<string, string>>> {
    return installedOf(await this.#status.get());
  }

  /**
   * Also ends what a crash cut, and counts what that brought; with no names at all it does only this. dpkg itself goes
   * on when the agent dies, and is waited for.
   */
  install(names: readonly string[], record: RecordPackages): Promise<readonly string[]> {
    return this.#alone(async () => {
      const earlier = await this.#finish(record);
      const there = await this.installed();
      const missing = names.filter((name) => there[name] === undefined);
      if (missing.length === 0) {
        await this.#policy.release();
        return earlier;
      }
      const came = await this.#held('nothing', () => this.#bring(missing, record));
      return [...new Set([...earlier, ...came])].sort();
    });
  }

  /** Exactly these: where something else needs one of them, that one stays and is returned. */
  purge(names: readonly string[]): Promise<readonly KeptPackage[]> {
    return this.#alone(async () => {
      const records = await this.#status.get();
      const there = names.filter((name) => records.has(name));
      if (there.length === 0) return [];
      const run = await this.#held('stop', () => this.#apt.dpkg(['--purge', ...there]));
      if (run.ok) return [];
      if (run.locked) throw failed('no package was purged', run.reason, 'purge', there);
      const after = await this.#status.get();
      const kept = there.filter((name) => after.has(name));
      const works = installedOf(after);
      await this.#apt.wishKept(kept.filter((name) => works[name] !== undefined));
      return kept.map((name) => ({ name, why: whyKept(name, run) }));
    });
  }

  #alone<T>(task: () => Promise<T>): Promise<T> {
    return this.#serial.run('dpkg', async () => {
      const lock = await lockPackages(this.#clock, this.#lockPath);
      try {
        return await task();
      } finally {
        await lock.release();
      }
    });
  }

  async #held<T>(allowed: 'nothing' | 'stop', task: () => Promise<T>): Promise<T> {
    await this.#policy.hold(allowed);
    try {
      return await task();
    } finally {
      await this.#policy.release();
    }
  }

  /** What a crashed installation brought is told before anything else begins. */
  async #finish(record: RecordPackages): Promise<readonly string[]> {
    const cut = await this.#unfinished.read();
    if (cut === undefined) return [];
    return this.#held('nothing', async () => {
      // Its apt may be at work still, and is waited for: it holds the lock that this needs.
      const run = await this.#apt.dpkg(['--configure', '-a']);
      if (run.locked) throw failed('what a cut installation brought is not known yet', run.reason, 'check');
      return this.#close(cut, record);
    });
  }

  async #bring(names: readonly string[], record: RecordPackages): Promise<readonly string[]> {
    await this.#settle();
    const plan = await this.#prepare(names);
    if (!plan.ok) throw notInstalled(names, 'nothing was changed', plan);
    const installation = { before: statesOf(await this.#status.get()), expected: expectedIn(plan.said) };
    await this.#unfinished.begin(installation);
    const run = await this.#apt.apt(['install', ...names]);
    if (run.ok) return this.#close(installation, record);
    // Where somebody else held the lock to the end, nothing of what came is ours.
    const left = run.locked ? [] : await this.#rollBack(installation);
    if (left.length > 0) await record(left);
    await this.#unfinished.end();
    const rest = left.length === 0 ? 'nothing was changed' : `${left.join(', ')} could not be taken back`;
    throw notInstalled(names, rest, run);
  }

  /** Only what was told is forgotten: power that goes in between lets the next one tell it again. */
  async #close(installation: Installation, record: RecordPackages): Promise<readonly string[]> {
    const { fresh, returned } = await this.#newcomers(installation);
    const came = [...fresh, ...returned].sort();
    if (came.length > 0) await record(came);
    await this.#unfinished.end();
    return came;
  }

  /** Everything is on the disk before anything is unpacked: most failures are the mirror's, and harmless here. */
  async #prepare(names: readonly string[]): Promise<Run> {
    const fetched = await this.#fetch(names);
    return fetched.ok ? this.#apt.apt(['--simulate', 'install', ...names]) : fetched;
  }

  async #fetch(names: readonly string[]): Promise<Run> {
    if (!(await listsAreStale(this.#clock, this.#listsPath))) {
      const fetched = await this.#download(names);
      if (fetched.ok) return fetched;
    }
    // Also where the lists were fresh: the mirror may have moved on since.
    const updated = await this.#apt.apt(['update']);
    const fetched = await this.#download(names);
    return { ...fetched, reason: [updated.reason, fetched.reason].filter(Boolean).join('\n') };
  }

  #download(names: readonly string[]): Promise<Run> {
    return this.#apt.apt(['install', '--download-only', ...names]);
  }

  /** Takes away what came, and brings what is left half-configured to rest. Returns what would not go. */
  async #rollBack(installation: Installation): Promise<readonly string[]> {
    await this.#settle();
    const { fresh, returned } = await this.#newcomers(installation);
    await this.#force('--remove', [...fresh, ...returned]);
    // Removed packages without settings are gone already.
    await this.#force('--purge', (await this.#newcomers(installation)).fresh);
    await this.#settle();
    const left = await this.#newcomers(installation);
    return [...left.fresh, ...left.returned];
  }

  /**
   * Lets dpkg finish what it was cut in. What it did since its last orderly end lies beside its status file, so that
   * the file alone would hide a half installation.
   */
  async #settle(): Promise<void> {
    const unsaved = await this.#files.list(`${dirname(this.#statusPath)}/updates`);
    if (unsaved.length === 0 && !isInterrupted(await this.#status.get())) return;
    await this.#apt.dpkg(['--configure', '-a']);
  }

  async #newcomers({ before, expected }: Installation): Promise<Newcomers> {
    return newcomers(before, await this.#status.get(), new Set(expected));
  }

  /** Also what was cut in the middle of being unpacked, which dpkg would rather have unpacked again. */
  async #force(verb: '--remove' | '--purge', names: readonly string[]): Promise<void> {
    if (names.length > 0) await this.#apt.dpkg(['--force-remove-reinstreq', verb, ...names]);
  }
}

function whyKept(name: string, run: Run): string {
  const others = neededBy(run.said, name);
  if (others.length > 0) return `${others.join(', ')} needs it`;
  return run.reason === '' ? 'dpkg gave no reason' : run.reason;
}

function notInstalled(names: readonly string[], rest: string, { reason }: Run): MusterError {
  return failed(`${names.join(', ')} could not be installed; ${rest}`, reason, 'install', names);
}

function failed(what: string, reason: string, verb: string, names: readonly string[] = []): MusterError {
  return new MusterError('packages-failed', {
    what,
    why: reason === '' ? 'no reason was given' : reason,
    next: ['apt-get --simulate', verb, ...names].join(' '),
  });
}
