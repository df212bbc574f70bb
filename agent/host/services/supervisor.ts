import { existsSync } from 'node:fs';
import type { Clock } from '../../../roles/model/ports.ts';
import type { ServiceSpec, ServiceState } from '../../../roles/model/service.ts';
import { isAlive, type ProcessIdentity } from '../processes.ts';
import { Serial } from '../serial.ts';
import { delayMs } from './back-off.ts';
import { Bell } from './bell.ts';
import type { Ended, HostServices } from './host-services.ts';
import { keepLogsSmall, type OpenLog } from './keep-logs-small.ts';
import type { LaunchParts } from './launch.ts';
import { Records, type ServiceRecord } from './records.ts';
import { Runner } from './runner.ts';
import { tailLog } from './service-log.ts';

/**
 * Nobody tells us of the end of a process that a former agent started. With the first delay and the start itself its
 * successor is there within 250 ms; the looks cost about 0.1 % of a core for each such service.
 */
const adoptedPollMs = 120;

/** The end of our own children rings; a look now and then costs nothing and forgets nobody. */
const idlePollMs = 1_000;

export interface SupervisorParts extends LaunchParts {
  readonly clock: Clock;
  readonly runDirectory?: string;
  readonly logDirectory?: string;
}

/** Keeps services running where systemd is not PID 1. They live on when the agent ends; the next one adopts them. */
export class Supervisor implements HostServices {
  readonly #clock: Clock;
  readonly #records: Records;
  readonly #runner: Runner;
  readonly #serial = new Serial();
  readonly #bell = new Bell();
  readonly #listeners: ((ended: Ended) => void)[] = [];
  readonly #restarts = new Map<string, Promise<void>>();
  #watching = false;

  constructor({ runDirectory, logDirectory, ...parts }: SupervisorParts) {
    this.#clock = parts.clock;
    this.#records = new Records(runDirectory ?? '/run/muster/services', (service, why) =>
      this.#tell(
        service,
        `the state of ${service.label} could not be written down and is kept in memory: ${why}`,
      ),
    );
    this.#runner = new Runner({
      ...parts,
      records: this.#records,
      logDirectory: logDirectory ?? '/var/log/muster',
      onDeath: (record) => {
        this.#tell(record.service, sentenceOf(record));
        this.#bell.ring();
      },
      onTrouble: (service, why) =>
        this.#tell(service, `the end of ${service.label} could not be noted: ${why}`),
    });
  }

  async state({ unit, foreground, startedBy }: ServiceSpec): Promise<ServiceState> {
    const record = this.#records.get(unit);
    const runs = livingMain(record) !== undefined;
    return {
      unit,
      installed: existsSync(foreground[0]),
      active: this.#runner.changing(unit) ?? this.#activeOf(record),
      enabled: startedBy !== 'agent',
      ...(runs && record !== undefined ? { invocation: record.invocation } : {}),
      ...(record?.ended === undefined ? {} : { ended: record.ended }),
    };
  }

  start(service: ServiceSpec): Promise<void> {
    return this.#alone(service, async (record) => {
      if (livingMain(record) === undefined) await this.#runner.begin(service, 0);
      else if (record !== undefined) this.#records.put({ ...record, service, wanted: 'running' });
    });
  }

  stop(service: ServiceSpec): Promise<void> {
    return this.#alone(service, async (record) => {
      if (record === undefined) return;
      this.#records.put({ ...record, wanted: 'stopped' });
      await this.#runner.end(record);
    });
  }

  restart(service: ServiceSpec): Promise<void> {
    return this.#alone(service, async (record) => {
      if (record !== undefined) await this.#runner.end(record);
      await this.#runner.begin(service, 0);
    });
  }

  /** One that does not run takes its files in by a start; one that knows no reload, by a restart. */
  reload(service: ServiceSpec): Promise<void> {
    return this.#alone(service, async (record) => {
      const main = livingMain(record);
      if (main !== undefined && service.reloadSignal !== undefined) {
        process.kill(main.pid, service.reloadSignal);
        return;
      }
      if (record !== undefined) await this.#runner.end(record);
      await this.#runner.begin(service, 0);
    });
  }

  /** Nothing to do: the agent starts with the machine, and starts what it is told to. */
  async enable(): Promise<void> {}
  async disable(): Promise<void> {}

  log({ unit }: ServiceSpec, lines: number): Promise<readonly string[]> {
    return tailLog(this.#runner.logPath(unit), lines);
  }

  onEnded(listener: (ended: Ended) => void): void {
    this.#listeners.push(listener);
  }

  async watch(signal: AbortSignal): Promise<void> {
    const onTrouble = ({ service, path }: OpenLog, why: string): void =>
      this.#tell(service, `${path} grows, since it could not be rotated: ${why}`);
    await Promise.all([
      this.#keepRunning(signal),
      keepLogsSmall({ logs: () => this.#logs(), clock: this.#clock, onTrouble }, signal),
    ]);
  }

  #logs(): OpenLog[] {
    return this.#records.all().flatMap(({ service }) => {
      const paths = [this.#runner.logPath(service.unit), ...(service.logFiles ?? [])];
      return paths.map((path) => ({ service, path }));
    });
  }

  async #keepRunning(signal: AbortSignal): Promise<void> {
    signal.addEventListener('abort', () => this.#bell.ring(), { once: true });
    this.#watching = true;
    while (!signal.aborted) {
      for (const record of this.#records.all()) this.#look(record);
      this.#records.writeAgain();
      await this.#bell.wait(this.#pauseMs(), this.#clock);
    }
    this.#watching = false;
    await Promise.all(this.#restarts.values());
  }

  #look(record: ServiceRecord): void {
    const { unit } = record.service;
    if (!this.#isWaiting(record)) return;
    if (record.endedMs === undefined) this.#runner.noticeEnd(record);
    else if (this.#untilDueMs(record.endedMs, record.failures) <= 0)
      this.#restarts.set(unit, this.#revive(record));
  }

  /** To run, and nobody is at work on it. */
  #isWaiting({ service: { unit }, wanted }: ServiceRecord): boolean {
    return wanted === 'running' && this.#runner.changing(unit) === undefined && !this.#restarts.has(unit);
  }

  async #revive({ service }: ServiceRecord): Promise<void> {
    try {
      await this.#alone(service, async (record) => {
        if (record?.wanted !== 'running' || livingMain(record) !== undefined) return;
        await this.#runner.begin(record.service, record.failures);
      });
    } catch {
      // Whatever kept it from starting has been told of as an end, and it is tried again.
    } finally {
      this.#restarts.delete(service.unit);
      this.#bell.ring();
    }
  }

  /** Until the next start that is due, or the next look at those whose end nobody tells us. */
  #pauseMs(): number {
    const pauses = this.#records.all().map((record) => {
      if (!this.#isWaiting(record)) return idlePollMs;
      if (record.endedMs !== undefined) return this.#untilDueMs(record.endedMs, record.failures);
      return this.#runner.isAdopted(record.service.unit) ? adoptedPollMs : idlePollMs;
    });
    return Math.max(0, Math.min(idlePollMs, ...pauses));
  }

  /** An end in the future was one before the machine's last boot: due now. */
  #untilDueMs(endedMs: number, failures: number): number {
    const now = this.#clock.monotonicMs();
    return endedMs > now ? 0 : endedMs + delayMs(failures) - now;
  }

  #activeOf(record: ServiceRecord | undefined): ServiceState['active'] {
    if (livingMain(record) !== undefined) return 'active';
    if (record?.wanted !== 'running') return 'inactive';
    return this.#watching ? 'activating' : 'failed';
  }

  /** One change of a service at a time; the watch looks again after each. */
  #alone(service: ServiceSpec, task: (record: ServiceRecord | undefined) => Promise<void>): Promise<void> {
    const change = this.#serial.run(service.unit, () => task(this.#records.get(service.unit)));
    return change.finally(() => this.#bell.ring());
  }

  #tell(service: ServiceSpec, sentence: string): void {
    for (const listener of this.#listeners) listener({ service, sentence });
  }
}

function livingMain(record: ServiceRecord | undefined): ProcessIdentity | undefined {
  const main = record?.endedMs === undefined ? record?.main : undefined;
  return main !== undefined && isAlive(main) ? main : undefined;
}

function sentenceOf({ service, ended = 'no reason known', failures }: ServiceRecord): string {
  return `${service.label} ended (${ended}) and is started again in ${String(delayMs(failures) / 1000)} s`;
}
