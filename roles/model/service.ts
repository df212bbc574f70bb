/** A directory that must exist under /run before a service starts; systemd makes them itself. */
interface RuntimeDirectory {
  readonly path: string;
  readonly owner: string;
  readonly mode: number;
}

/**
 * A service that a role keeps running. With systemd it is the unit of its package (or our own unit file); without,
 * the agent runs `foreground` itself, behind the same port.
 */
export interface ServiceSpec {
  /** The systemd unit, as in `haproxy.service`; also its name where there is no systemd. */
  readonly unit: string;
  /** How people call it: `HAProxy`. */
  readonly label: string;
  readonly foreground: readonly [string, ...string[]];
  /** The user that `foreground` runs as; services that drop privileges themselves start as root. */
  readonly user?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly runtimeDirectories?: readonly RuntimeDirectory[];
  /** Where it writes its process number; one that a crash left there may name a stranger, and is taken away. */
  readonly pidFile?: string;
  /** Logs that it appends to itself, beside its output; rotated where there is no systemd, and so no logrotate. */
  readonly logFiles?: readonly string[];
  /**
   * `agent`: it does not start with the machine; the agent starts it, once what has to come first is done. A crash is
   * mended without the agent all the same.
   */
  readonly startedBy?: 'agent';
  /** What makes the running service take new configuration without losing a request. */
  readonly reloadSignal?: 'SIGHUP' | 'SIGUSR1' | 'SIGUSR2';
  /** What ends it after its work in flight. */
  readonly stopSignal: 'SIGTERM' | 'SIGUSR1' | 'SIGQUIT' | 'SIGWINCH';
}

/** What a service manager says of one service. */
export interface ServiceState {
  readonly unit: string;
  /** False where neither a unit file nor its program is there. */
  readonly installed: boolean;
  readonly active: 'active' | 'activating' | 'deactivating' | 'inactive' | 'failed';
  /** Starts with the machine; without systemd, what is not `startedBy` the agent alone, which starts it all there. */
  readonly enabled: boolean;
  /** The operator forbade every start (`systemctl mask`); one that runs goes on, but cannot be reloaded. */
  readonly masked?: true;
  /** Changes with every start; tells a restart that someone else made. Undefined while not running. */
  readonly invocation?: string;
  /** Why it ended last, as the manager says it: `signal KILL`, `exit 1`. */
  readonly ended?: string;
}
