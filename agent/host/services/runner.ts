import { randomUUID } from 'node:crypto';
import { MusterError, messageOf } from '../../../roles/model/errors.ts';
import type { Clock } from '../../../roles/model/ports.ts';
import type { ServiceSpec } from '../../../roles/model/service.ts';
import { isAlive, type ProcessIdentity } from '../processes.ts';
import { failuresAfter } from './back-off.ts';
import { endSession } from './end-session.ts';
import { type Launched, type LaunchParts, launch } from './launch.ts';
import type { Records, ServiceRecord } from './records.ts';
import { prepareLog, tailLog } from './service-log.ts';

/** Who is alive after this has read its configuration; whether it serves is proved by the health questions. */
const provenLifeMs = 300;

/** What requests in flight may take at a stop. */
const stopPatienceMs = 30_000;

/** What a dead main process left has gone on during the delay; now its ports are needed, and users wait. */
const orphanPatienceMs = 0;

/** How a dead child ended is told in the same moment; nothing hangs on it, so nobody waits for it longer. */
const collectMs = 1_000;

const logLinesInErrors = 20;

export interface RunnerParts extends LaunchParts {
  readonly clock: Clock;
  readonly records: Records;
  readonly logDirectory: string;
  /** A service ended by itself though it was to run, or could not be started. */
  readonly onDeath: (record: ServiceRecord) => void;
  /** Something about a service could not be written down. */
  readonly onTrouble: (service: ServiceSpec, why: string) => void;
}

interface Begun extends Launched {
  /** Where the words of this life begin in its log. */
  readonly fromByte: number;
}

/** Starts and ends single services and writes down what became of them. One change of a unit at a time. */
export class Runner {
  readonly #parts: RunnerParts;
  readonly #clock: Clock;
  readonly #records: Records;
  /** How the main processes end that are our own children, by unit. */
  readonly #children = new Map<string, Promise<string>>();
  readonly #changing = new Map<string, 'activating' | 'deactivating'>();

  constructor(parts: RunnerParts) {
    this.#parts = parts;
    this.#clock = parts.clock;
    this.#records = parts.records;
  }

  logPath(unit: string): string {
    return `${this.#parts.logDirectory}/${unit}.log`;
  }

  /** What is being done to a unit at this moment. */
  changing(unit: string): 'activating' | 'deactivating' | undefined {
    return this.#changing.get(unit);
  }

  /** True for a process that a former agent started: nobody tells us of its end. */
  isAdopted(unit: string): boolean {
    return !this.#children.has(unit);
  }

  /** Starts a service that does not run. Throws `service-failed` if it is dead again within 0.3 s. */
  begin(service: ServiceSpec, failures: number): Promise<void> {
    return this.#during(service.unit, 'activating', async () => {
      const logPath = this.logPath(service.unit);
      const { ended, fromByte } = await this.#launch(service, failures, logPath);
      const early = await this.#within(ended, provenLifeMs);
      if (early === undefined) return;
      const lines = await tailLog(logPath, logLinesInErrors, fromByte);
      throw failed(service, 'start', [`it ended at once (${early})`, ...lines], logPath);
    });
  }

  /** Ends a service with all that it started; nothing to end is no error. */
  end({ service, main }: ServiceRecord): Promise<void> {
    return this.#during(service.unit, 'deactivating', async () => {
      if (main === undefined) return;
      await this.#endOf(main, service, stopPatienceMs);
      const ended = this.#children.get(service.unit);
      const how = ended === undefined ? undefined : await this.#within(ended, collectMs);
      this.#died(service.unit, main, how ?? 'stopped');
    });
  }

  /** Writes down the end of a process that nobody told us of. */
  noticeEnd({ service: { unit }, main, endedMs }: ServiceRecord): void {
    if (main === undefined || endedMs !== undefined || !this.isAdopted(unit) || isAlive(main)) return;
    this.#died(unit, main, 'no reason known');
  }

  async #launch(service: ServiceSpec, failures: number, logPath: string): Promise<Begun> {
    const begun = await this.#tryLaunch(service, failures, logPath);
    const { main, ended } = begun;
    this.#records.put({ ...this.#newLife(service), main, failures });
    this.#children.set(service.unit, ended);
    ended
      .then((how) => this.#died(service.unit, main, how))
      .catch((error: unknown) => this.#parts.onTrouble(service, messageOf(error)));
    return begun;
  }

  /** Whatever keeps it from starting counts as an end, so that the next try waits its time. */
  async #tryLaunch(service: ServiceSpec, failures: number, logPath: string): Promise<Begun> {
    const former = this.#records.get(service.unit)?.main;
    try {
      if (former !== undefined) await this.#endOf(former, service, orphanPatienceMs);
      const fromByte = await prepareLog(logPath);
      return { ...(await launch(service, logPath, this.#parts)), fromByte };
    } catch (error) {
      const end = {
        endedMs: this.#clock.monotonicMs(),
        ended: messageOf(error),
        failures: failures + 1,
        ...(former === undefined ? {} : { main: former }),
      };
      const record = { ...this.#newLife(service), ...end };
      this.#records.put(record);
      this.#parts.onDeath(record);
      throw error;
    }
  }

  /** The record of a new life, without its process. */
  #newLife(service: ServiceSpec): Omit<ServiceRecord, 'failures'> {
    const ended = this.#records.get(service.unit)?.ended;
    return {
      service,
      wanted: 'running',
      invocation: randomUUID(),
      startedMs: this.#clock.monotonicMs(),
      ...(ended === undefined ? {} : { ended }),
    };
  }

  #died(unit: string, main: ProcessIdentity, how: string): void {
    const record = this.#records.get(unit);
    if (record?.main?.pid !== main.pid || record.main.startTicks !== main.startTicks) return;
    if (record.endedMs !== undefined) return;
    this.#children.delete(unit);
    const endedMs = this.#clock.monotonicMs();
    const failures = failuresAfter(record.failures, endedMs - record.startedMs);
    const dead = { ...record, endedMs, ended: how, failures };
    const byItself = record.wanted === 'running' && this.changing(unit) !== 'deactivating';
    if (byItself) this.#parts.onDeath(dead);
    this.#records.put(dead);
  }

  #endOf(main: ProcessIdentity, { stopSignal }: ServiceSpec, patienceMs: number): Promise<void> {
    return endSession(main, { signal: stopSignal, patienceMs }, this.#clock);
  }

  async #within(ended: Promise<string>, ms: number): Promise<string | undefined> {
    const waiting = new AbortController();
    try {
      return await Promise.race([ended, this.#clock.sleep(ms, waiting.signal).then(() => undefined)]);
    } finally {
      waiting.abort();
    }
  }

  async #during(
    unit: string,
    change: 'activating' | 'deactivating',
    task: () => Promise<void>,
  ): Promise<void> {
    this.#changing.set(unit, change);
    try {
      await task();
    } finally {
      this.#changing.delete(unit);
    }
  }
}

function failed(
  { label, unit }: ServiceSpec,
  verb: string,
  why: readonly string[],
  logPath: string,
): MusterError {
  return new MusterError('service-failed', {
    what: `${label} (${unit}) did not ${verb}`,
    why: why.join('\n'),
    next: `tail -n 50 ${logPath}`,
  });
}
