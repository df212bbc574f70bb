import type { Services } from '../../../roles/model/ports.ts';
import type { ServiceSpec } from '../../../roles/model/service.ts';

/** A service ended though it was to run. The sentence says how, and when it is started again. */
export interface Ended {
  readonly service: ServiceSpec;
  readonly sentence: string;
}

/** The port, and what keeps services running meanwhile. */
export interface HostServices extends Services {
  /** Starts again what ends though it was to run, what a former agent had started included, until `signal` aborts. */
  watch(signal: AbortSignal): Promise<void>;
  /** Calls back for every service that ended by itself. With systemd never: there its states tell. */
  onEnded(listener: (ended: Ended) => void): void;
}
