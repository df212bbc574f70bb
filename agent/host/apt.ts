import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { MusterError, messageOf } from '../../roles/model/errors.ts';
import type { Clock } from '../../roles/model/ports.ts';
import type { HostCommands } from './commands.ts';
import { ifThere } from './refusal.ts';

/** How a run of apt-get or dpkg ended; `reason` is what it said about what went wrong. */
export interface Run {
  readonly ok: boolean;
  readonly reason: string;
}

export type OnLine = (line: string) => void;

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

  apt(words: readonly string[], onLine?: OnLine): Promise<Run> {
    return this.#patiently(['apt-get', ...aptOptions, ...words], onLine);
  }

  dpkg(words: readonly string[], onLine?: OnLine): Promise<Run> {
    return this.#patiently(['dpkg', ...dpkgOptions, ...words], onLine);
  }

  /** apt itself waits for dpkg's lock, but not for that of its lists and its archive; dpkg waits for none. */
  async #patiently(argv: readonly [string, ...string[]], onLine: OnLine | undefined): Promise<Run> {
    const until = this.#clock.monotonicMs() + lockWaitMs;
    for (;;) {
      const run = await this.#once(argv, onLine);
      if (run.ok || !isLocked(run.reason) || this.#clock.monotonicMs() >= until) return run;
      await this.#clock.sleep(lockRetryMs);
    }
  }

  async #once(argv: readonly [string, ...string[]], onLine: OnLine | undefined): Promise<Run> {
    const said: string[] = [];
    const keep = (line: string): void => {
      if (line.trim() === '') return;
      if (said.length < keptLines) said.push(line);
      onLine?.(line);
    };
    const options = { environment, timeoutMs: runTimeoutMs, onLine: keep, logPath };
    try {
      const { exitCode } = await this.#commands.run(argv, options);
      return { ok: exitCode === 0, reason: reasonIn(said) };
    } catch (error) {
      // A run that hung was ended and is a failed one: what it did half must be undone like any other.
      if (!(error instanceof MusterError) || error.code !== 'command-timeout') throw error;
      return { ok: false, reason: [messageOf(error), reasonIn(said)].join('\n') };
    }
  }
}

/** Lines that tell of a failure. Of an address that apt could not fetch, the reason stands on the line below. */
const failure = /^(E: |W: Failed to fetch|Err:|dpkg(-deb)?: error|dpkg: dependency problems)/;

/** Before dpkg's own line stand the last words of the package's script. */
const linesBefore = 2;
const linesAfter = 1;

/** An operator reads as much; where a mirror is gone, every file of it fails with the same words. */
const longestReason = 14;

/** The failures among all that was said, each with the lines around it. */
export function reasonIn(said: readonly string[]): string {
  const told = said.flatMap((line, index) => (failure.test(line) ? [index] : []));
  return said
    .filter((_, index) => told.some((at) => index >= at - linesBefore && index <= at + linesAfter))
    .filter((line) => !/^(Reading|Building) .*\.\.\.$/.test(line))
    .slice(-longestReason)
    .join('\n');
}

/** What apt and dpkg say when somebody else is at work. */
function isLocked(reason: string): boolean {
  return /^E: (Could not get lock|Unable to lock|Unable to acquire the dpkg)|^dpkg: error: dpkg .*lock was locked/m.test(
    reason,
  );
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
