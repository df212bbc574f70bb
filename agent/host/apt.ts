import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { MusterError, messageOf } from '../../roles/model/errors.ts';
import type { Clock } from '../../roles/model/ports.ts';
import { isLocked, reasonIn } from './apt-words.ts';
import type { HostCommands } from './commands.ts';
import { ifThere } from './refusal.ts';

/** How a run of apt-get or dpkg ended. */
export interface Run {
  readonly ok: boolean;
  /** What it said about what went wrong. */
  readonly reason: string;
  /** It did not begin, since somebody else held the locks for as long as we waited. */
  readonly locked: boolean;
  /** All that it said, a line each. */
  readonly said: readonly string[];
}

/** Debian's daily runs hold the locks for a minute or two after a boot. */
const lockWaitMs = 120_000;
const lockRetryMs = 2_000;

/** A slow mirror and a small disk together need minutes; beyond this something hangs. */
const runTimeoutMs = 20 * 60_000;

/** What apt and dpkg said, kept for the operator. */
const logPath = '/var/log/muster/packages.log';

/** More than any installation of ours says; a bound all the same. */
const keptLines = 5_000;

/** Nobody is there to answer: settings that exist are kept, and no helper of apt restarts or lists anything. */
const environment = {
  DEBIAN_FRONTEND: 'noninteractive',
  DEBCONF_NONINTERACTIVE_SEEN: 'true',
  UCF_FORCE_CONFFOLD: '1',
  APT_LISTCHANGES_FRONTEND: 'none',
  APT_LISTBUGS_FRONTEND: 'none',
  NEEDRESTART_SUSPEND: '1',
} as const;

const dpkgOptions = ['--force-confdef', '--force-confold'] as const;

/** dpkg gives up after 50 packages that will not go, and would leave those that do. */
const neverAbort = '--abort-after=100000';

const aptSettings = [
  ...dpkgOptions.map((option) => `Dpkg::Options::=${option}`),
  `DPkg::Lock::Timeout=${String(lockWaitMs / 1000)}`,
  'Dpkg::Use-Pty=0',
  'Acquire::Retries=3',
  // A mirror that is silent for longer will not answer; apt's own 30 s make four tries last two minutes.
  'Acquire::http::Timeout=15',
  'Acquire::https::Timeout=15',
];

const aptOptions = [
  '--yes',
  '--quiet',
  '--no-install-recommends',
  ...aptSettings.flatMap((setting) => ['-o', setting]),
];

/** Runs apt-get and dpkg: no questions, no shell, waiting for whoever else holds their locks. */
export class Apt {
  readonly #commands: HostCommands;
  readonly #clock: Clock;

  constructor(commands: HostCommands, clock: Clock) {
    this.#commands = commands;
    this.#clock = clock;
  }

  apt(words: readonly string[]): Promise<Run> {
    return this.#patiently(['apt-get', ...aptOptions, ...words]);
  }

  dpkg(words: readonly string[]): Promise<Run> {
    return this.#patiently(['dpkg', ...dpkgOptions, neverAbort, ...words]);
  }

  /** dpkg remembers a purge that it refused as still wished for, and the next `dpkg --pending` would do it. */
  async wishKept(names: readonly string[]): Promise<void> {
    const input = names.map((name) => `${name} install\n`).join('');
    await this.#commands.run(['dpkg', '--set-selections'], { input });
  }

  /** apt itself waits for dpkg's lock, but not for that of its lists and its archive; dpkg waits for none. */
  async #patiently(argv: readonly [string, ...string[]]): Promise<Run> {
    const until = this.#clock.monotonicMs() + lockWaitMs;
    for (;;) {
      const run = await this.#once(argv);
      if (run.ok || !run.locked || this.#clock.monotonicMs() >= until) return run;
      await this.#clock.sleep(lockRetryMs);
    }
  }

  async #once(argv: readonly [string, ...string[]]): Promise<Run> {
    const said: string[] = [];
    const keep = (line: string): void => {
      if (line.trim() === '') return;
      if (said.length < keptLines) said.push(line);
    };
    const options = { environment, timeoutMs: runTimeoutMs, onLine: keep, logPath };
    try {
      const { exitCode } = await this.#commands.run(argv, options);
      return ended(exitCode === 0, reasonIn(said), said);
    } catch (error) {
      // A run that hung was ended and is a failed one: what it did half must be undone like any other.
      if (!(error instanceof MusterError) || error.code !== 'command-timeout') throw error;
      return ended(false, [messageOf(error), reasonIn(said)].join('\n'), said);
    }
  }
}

function ended(ok: boolean, reason: string, said: readonly string[]): Run {
  return { ok, reason, said, locked: !ok && isLocked(reason) };
}

/** Lists older than this name versions that the mirror may have dropped since. */
const listsAgeMs = 24 * 3_600_000;

/** Whether apt's lists are missing or too old to rely on. apt gives each file the time of the mirror's, so the folders tell. */
export async function listsAreStale(clock: Clock, directory = '/var/lib/apt/lists'): Promise<boolean> {
  const names = (await ifThere(() => readdir(directory))) ?? [];
  if (!names.some((name) => name.includes('_Packages'))) return true;
  const times = await Promise.all(
    [directory, join(directory, 'partial')].map((path) => ifThere(() => stat(path))),
  );
  const newestMs = Math.max(0, ...times.map((found) => found?.mtimeMs ?? 0));
  return clock.now().getTime() - newestMs > listsAgeMs;
}
