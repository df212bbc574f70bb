import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { Accounts } from '../../agent/host/accounts.ts';
import { systemClock } from '../../agent/host/clock.ts';
import { SystemFiles } from '../../agent/host/files.ts';
import { type ProcessIdentity, processStat, sessionOf } from '../../agent/host/processes.ts';
import { Records } from '../../agent/host/services/records.ts';
import { Supervisor } from '../../agent/host/services/supervisor.ts';
import type { Clock } from '../../roles/model/ports.ts';
import type { ServiceSpec } from '../../roles/model/service.ts';

/** A service of the shell, `x.service`. */
export function shellService(script: string, change: Partial<ServiceSpec> = {}): ServiceSpec {
  return {
    unit: 'x.service',
    label: 'X',
    foreground: ['/bin/sh', '-c', script],
    stopSignal: 'SIGTERM',
    ...change,
  };
}

/** Folders for supervisors of real processes; whatever they started ends with it. */
export class ServiceRoom {
  readonly directory: string;
  readonly runDirectory: string;
  readonly logDirectory: string;
  readonly #stopping: (() => Promise<unknown>)[] = [];

  constructor(directory: string) {
    this.directory = directory;
    this.runDirectory = join(directory, 'run');
    this.logDirectory = join(directory, 'log');
  }

  static async open(): Promise<ServiceRoom> {
    return new ServiceRoom(await mkdtemp(join(tmpdir(), 'muster-services-')));
  }

  async close(): Promise<void> {
    for (const stop of this.#stopping.splice(0)) await stop();
    for (const { main } of this.records().all()) {
      if (main === undefined || sessionOf(main).length === 0) continue;
      process.kill(-main.pid, 'SIGKILL');
      // Its supervisor notes the end when it is collected, and needs the folder for that.
      await expect.poll(() => processStat(main.pid)).toBeUndefined();
    }
    await rm(this.directory, { recursive: true });
  }

  make(clock: Clock = systemClock): Supervisor {
    const { runDirectory, logDirectory } = this;
    const accounts = new Accounts();
    return new Supervisor({ clock, accounts, files: new SystemFiles(accounts), runDirectory, logDirectory });
  }

  /** Watches until the room is closed; what is told comes into the list. */
  watch(supervisor: Supervisor): readonly string[] {
    const sentences: string[] = [];
    supervisor.onEnded(({ sentence }) => sentences.push(sentence));
    const controller = new AbortController();
    const watching = supervisor.watch(controller.signal);
    this.#stopping.push(() => {
      controller.abort();
      return watching;
    });
    return sentences;
  }

  /** As they are on disk. */
  records(): Records {
    return new Records(this.runDirectory, (_, why) => {
      throw new Error(why);
    });
  }

  mainOf({ unit }: ServiceSpec): ProcessIdentity {
    const main = this.records().get(unit)?.main;
    if (main === undefined) throw new Error(`${unit} has no process`);
    return main;
  }
}
