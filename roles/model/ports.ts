import type { Answer, ObservedFile, Question } from './observed.ts';
import type { SecretFields, SecretMark } from './secret.ts';
import type { ServiceSpec, ServiceState } from './service.ts';

/** Time. Durations come from `monotonicMs`, which goes on through suspend; `now` is for people and files. */
export interface Clock {
  now(): Date;
  /** Milliseconds on the boot clock; never goes back, and counts time asleep. */
  monotonicMs(): number;
  /** Resolves after `ms`, or at once when `signal` aborts; never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** Randomness. `next` is uniform in [0, 1). */
export interface Random {
  next(): number;
}

export interface CommandResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandOptions {
  readonly input?: string;
  readonly timeoutMs?: number;
  readonly environment?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** Runs programs by argv, never through a shell. Rejects with `command-missing` or `command-timeout` only. */
export interface Commands {
  run(argv: readonly [string, ...string[]], options?: CommandOptions): Promise<CommandResult>;
}

export interface WriteOptions {
  readonly mode: number;
  /** `user:group`; the running user when absent. */
  readonly owner?: string;
}

/** The machine's file system. Paths are absolute. */
export interface Files {
  read(path: string): Promise<string | undefined>;
  readBytes(path: string): Promise<Uint8Array | undefined>;
  inspect(path: string): Promise<ObservedFile | undefined>;
  list(path: string): Promise<readonly string[]>;
  /** Writes beside the target, syncs, renames: a reader sees the old or the new, never a half. Makes parents. */
  write(path: string, content: string | Uint8Array, options: WriteOptions): Promise<void>;
  /** Adds to the end, makes the file if needed. */
  append(path: string, content: string, options: WriteOptions): Promise<void>;
  makeDirectory(path: string, options: WriteOptions): Promise<void>;
  /** Deletes a file or a whole directory; nothing there is no error. Never crosses a mount point. */
  remove(path: string): Promise<void>;
  /** Bytes free on the file system that holds the nearest existing parent of `path`. */
  freeBytes(path: string): Promise<number>;
  /** Bytes that the same file system holds in all. */
  sizeBytes(path: string): Promise<number>;
}

/** Writes down what an installation brought. */
export type RecordPackages = (came: readonly string[]) => Promise<void>;

/** A package that would not go, and why. */
export interface KeptPackage {
  readonly name: string;
  readonly why: string;
}

/** Debian packages. One change at a time on the whole machine: others wait. */
export interface Packages {
  /** Every installed package and its version. */
  installed(): Promise<Readonly<Record<string, string>>>;
  /**
   * Installs what is missing, its services held back from starting; all or nothing. Returns what came new, which
   * `record` has been told before: where that was cut off, the next installation, even of nothing, tells it again.
   */
  install(names: readonly string[], record: RecordPackages): Promise<readonly string[]>;
  /** Purges what it can of these; returns what had to stay. */
  purge(names: readonly string[]): Promise<readonly KeptPackage[]>;
}

/** Services, whoever keeps them running: systemd, or the agent's own supervisor. */
export interface Services {
  state(service: ServiceSpec): Promise<ServiceState>;
  start(service: ServiceSpec): Promise<void>;
  stop(service: ServiceSpec): Promise<void>;
  restart(service: ServiceSpec): Promise<void>;
  reload(service: ServiceSpec): Promise<void>;
  enable(service: ServiceSpec): Promise<void>;
  disable(service: ServiceSpec): Promise<void>;
  /** The last lines of the service's own log, oldest first. */
  log(service: ServiceSpec, lines: number): Promise<readonly string[]>;
}

/** Asks a server on this machine one question. Never rejects: silence is an answer. */
export interface Questions {
  ask(question: Question): Promise<Answer>;
}

/** The database server on this machine, as its root. */
export interface Sql {
  /**
   * Runs statements in order over one connection, each within `timeoutMs`; returns the rows of each. Rejects with
   * `sql-failed`: what came before the one that failed is done.
   */
  run(statements: readonly string[], timeoutMs: number): Promise<readonly (readonly unknown[])[]>;
}

/** Opens secrets that are sealed to this node. */
export interface Secrets {
  /** Throws `secret-missing` where it is not there, not for this node, or no longer of that revision. */
  open(mark: SecretMark): Promise<SecretFields>;
}

/** One stored decision. `modRevision` counts over the whole store and is its fencing token. */
export interface Entry {
  readonly value: string;
  readonly modRevision: number;
}

export interface Snapshot {
  readonly revision: number;
  readonly entries: Readonly<Record<string, Entry>>;
}

/** Holds when the key's last change was at this revision; 0 means that it does not exist. */
interface Condition {
  readonly key: string;
  readonly modRevision: number;
}

export interface Transaction {
  readonly conditions: readonly Condition[];
  readonly put?: Readonly<Record<string, string>>;
  readonly remove?: readonly string[];
  /** Binds what is put to a lease: gone when the lease ends. */
  readonly lease?: string;
}

/** `committed` false: a condition did not hold and nothing was changed. */
export interface TransactionResult {
  readonly committed: boolean;
  readonly revision: number;
}

/**
 * The store of decisions. Decide by `transact`, never by a read: a read may be old. Rejects with `store-unreachable`
 * when the store cannot answer now.
 */
export interface Decisions {
  read(prefix: string): Promise<Snapshot>;
  transact(transaction: Transaction): Promise<TransactionResult>;
  /** Calls `onHint` when something under the prefix may have changed; resolves when `signal` aborts or it breaks. */
  watch(prefix: string, onHint: () => void, signal: AbortSignal): Promise<void>;
  /** Seconds the lease lives without renewal; returns its id. */
  grantLease(seconds: number): Promise<string>;
  /** False when the lease is gone. */
  renewLease(lease: string): Promise<boolean>;
  revokeLease(lease: string): Promise<void>;
}
