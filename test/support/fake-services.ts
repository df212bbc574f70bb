import { MusterError } from '../../roles/model/errors.ts';
import type { Services } from '../../roles/model/ports.ts';
import type { ServiceSpec, ServiceState } from '../../roles/model/service.ts';

/** Services in memory. `calls` keeps what was asked, as in `start haproxy.service`. */
export class FakeServices implements Services {
  readonly calls: string[] = [];
  readonly states = new Map<string, ServiceState>();
  readonly logs = new Map<string, readonly string[]>();
  /** Actions that fail from now on, as in `start haproxy.service`, with the reason. */
  readonly failures = new Map<string, string>();
  #invocations = 0;

  /** The service dies by itself. */
  crash(unit: string, ended = 'signal KILL'): void {
    this.states.set(unit, { ...without(this.#of(unit)), active: 'failed', ended });
  }

  async state(service: ServiceSpec): Promise<ServiceState> {
    return this.#of(service.unit);
  }

  async start(service: ServiceSpec): Promise<void> {
    this.#act('start', service);
    if (this.#of(service.unit).active !== 'active') this.#run(service);
  }

  async stop(service: ServiceSpec): Promise<void> {
    this.#act('stop', service);
    this.states.set(service.unit, { ...without(this.#of(service.unit)), active: 'inactive' });
  }

  async restart(service: ServiceSpec): Promise<void> {
    this.#act('restart', service);
    this.#run(service);
  }

  async reload(service: ServiceSpec): Promise<void> {
    this.#act('reload', service);
  }

  async enable(service: ServiceSpec): Promise<void> {
    this.#act('enable', service);
    this.states.set(service.unit, { ...this.#of(service.unit), installed: true, enabled: true });
  }

  async disable(service: ServiceSpec): Promise<void> {
    this.#act('disable', service);
    this.states.set(service.unit, { ...this.#of(service.unit), enabled: false });
  }

  async log(service: ServiceSpec, lines: number): Promise<readonly string[]> {
    return (this.logs.get(service.unit) ?? []).slice(-lines);
  }

  #of(unit: string): ServiceState {
    return this.states.get(unit) ?? { unit, installed: true, active: 'inactive', enabled: false };
  }

  #run({ unit }: ServiceSpec): void {
    this.#invocations += 1;
    const invocation = `invocation-${String(this.#invocations)}`;
    this.states.set(unit, { ...without(this.#of(unit)), installed: true, active: 'active', invocation });
  }

  #act(action: string, { unit, label }: ServiceSpec): void {
    this.calls.push(`${action} ${unit}`);
    const why = this.failures.get(`${action} ${unit}`);
    if (why === undefined) return;
    this.states.set(unit, { ...without(this.#of(unit)), active: 'failed', ended: 'exit 1' });
    throw new MusterError('service-failed', {
      what: `${label} did not ${action}`,
      why,
      next: `journalctl -u ${unit}`,
    });
  }
}

/** What stays when it no longer runs. */
function without({ unit, installed, enabled }: ServiceState): Omit<ServiceState, 'active'> {
  return { unit, installed, enabled };
}
