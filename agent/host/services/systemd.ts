import { MusterError } from '../../../roles/model/errors.ts';
import type { Clock, Commands } from '../../../roles/model/ports.ts';
import type { ServiceSpec, ServiceState } from '../../../roles/model/service.ts';
import type { HostServices } from './host-services.ts';
import { SystemdQuery } from './systemd-query.ts';
import { stateOf } from './systemd-show.ts';
import { needsDaemonReload } from './unit-files.ts';

/** systemd itself gives a unit 90 s to start or stop before it steps in; its verdict is better than ours. */
const jobTimeoutMs = 120_000;

/** As many lines of a unit's log as an operator reads at once. */
const logLinesInErrors = 20;

/** A reload is over within a second or two; one that is not has hung, and the health questions will tell. */
const reloadWaitMs = 10_000;
const reloadPollMs = 50;

type Verb = 'start' | 'stop' | 'restart' | 'reload' | 'enable' | 'disable';

/** Services by systemd, PID 1: it starts, watches and restarts them; we tell it what to do and read what it says. */
export class SystemdServices implements HostServices {
  readonly #commands: Commands;
  readonly #clock: Clock;
  readonly #query: SystemdQuery;

  constructor(commands: Commands, clock: Clock) {
    this.#commands = commands;
    this.#clock = clock;
    this.#query = new SystemdQuery(commands);
  }

  async state({ unit }: ServiceSpec): Promise<ServiceState> {
    return stateOf(unit, await this.#query.show(unit));
  }

  async start(service: ServiceSpec): Promise<void> {
    await this.#takeUnitFilesIn(service);
    // Clears the counter of quick restarts as well; without it systemd refuses a unit that it has given up.
    await this.#systemctl(['reset-failed', service.unit]);
    await this.#job('start', service);
  }

  async stop(service: ServiceSpec): Promise<void> {
    const { LoadState } = await this.#query.show(service.unit);
    if (LoadState !== 'not-found') await this.#job('stop', service);
  }

  async restart(service: ServiceSpec): Promise<void> {
    await this.#takeUnitFilesIn(service);
    await this.#systemctl(['reset-failed', service.unit]);
    await this.#job('restart', service);
  }

  /**
   * Over when the service says so: units of type notify stay `reloading` after the job itself has ended. One that
   * does not run takes its files in by a start.
   */
  async reload(service: ServiceSpec): Promise<void> {
    const { ActiveState } = await this.#query.show(service.unit);
    if (ActiveState !== 'active' && ActiveState !== 'reloading') return this.restart(service);
    await this.#takeUnitFilesIn(service);
    await this.#job('reload', service);
    const until = this.#clock.monotonicMs() + reloadWaitMs;
    do {
      await this.#clock.sleep(reloadPollMs);
      if ((await this.#query.show(service.unit)).ActiveState !== 'reloading') return;
    } while (this.#clock.monotonicMs() < until);
    throw await this.#failed('reload', service, `it is still at it after ${String(reloadWaitMs / 1000)} s`);
  }

  async enable(service: ServiceSpec): Promise<void> {
    await this.#job('enable', service);
  }

  async disable(service: ServiceSpec): Promise<void> {
    await this.#job('disable', service);
  }

  async log({ unit }: ServiceSpec, lines: number): Promise<readonly string[]> {
    const argv = [
      'journalctl',
      '--no-pager',
      '--quiet',
      '-o',
      'cat',
      '-n',
      String(lines),
      '-u',
      unit,
    ] as const;
    const { stdout } = await this.#commands.run(argv);
    return stdout.split('\n').filter((line) => line !== '');
  }

  /** systemd itself restarts what ends, as our drop-ins tell it. */
  watch(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
  }

  onEnded(): void {}

  /** systemd goes by what it has read: files that came or changed since need its attention first. */
  async #takeUnitFilesIn({ unit }: ServiceSpec): Promise<void> {
    const show = await this.#query.show(unit);
    if (needsDaemonReload(unit, show)) await this.#systemctl(['daemon-reload']);
  }

  async #job(verb: Verb, service: ServiceSpec): Promise<void> {
    const { exitCode, stderr } = await this.#systemctl([verb, service.unit]);
    if (exitCode !== 0) throw await this.#failed(verb, service, stderr.trim());
  }

  #systemctl(words: readonly string[]): ReturnType<Commands['run']> {
    return this.#commands.run(['systemctl', '--no-ask-password', ...words], { timeoutMs: jobTimeoutMs });
  }

  async #failed(verb: Verb, service: ServiceSpec, said: string): Promise<MusterError> {
    const log = await this.log(service, logLinesInErrors);
    return new MusterError('service-failed', {
      what: `${service.label} (${service.unit}) did not ${verb}`,
      why: [said, ...log].filter((line) => line !== '').join('\n'),
      next: `journalctl -u ${service.unit} -n 50`,
    });
  }
}
