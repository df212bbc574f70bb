import type {
  Clock,
  Decisions,
  Entry,
  Snapshot,
  Transaction,
  TransactionResult,
} from '../../roles/model/ports.ts';
import { leaseGone, storeUnreachable, transactionRefused } from './errors.ts';

interface StoredEntry extends Entry {
  readonly lease: string | undefined;
}

interface Lease {
  readonly seconds: number;
  /** On the boot clock. */
  endsAtMs: number;
  /** Aborted when the lease is over, so that nobody waits for its end any more. */
  readonly over: AbortController;
}

interface Watcher {
  readonly prefix: string;
  readonly hint: () => void;
  readonly end: () => void;
}

/** etcd counts the making of its empty store as the first revision. */
const firstRevision = 1;

/** The store of decisions in memory, for tests and simulation: etcd's revisions, leases and hints, on a given clock. */
export class MemoryDecisions implements Decisions {
  readonly #clock: Clock;
  #reachable = true;
  #revision = firstRevision;
  readonly #entries = new Map<string, StoredEntry>();
  readonly #leases = new Map<string, Lease>();
  #leasesGranted = 0;
  readonly #watchers = new Set<Watcher>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** An outage as its callers see it: everything is refused, watches break; leases go on running out. */
  setReachable(reachable: boolean): void {
    this.#reachable = reachable;
    if (!reachable) for (const watcher of this.#watchers) watcher.end();
  }

  async read(prefix: string): Promise<Snapshot> {
    await this.#arrive();
    const found = [...this.#entries].filter(([key]) => key.startsWith(prefix)).sort(byKey);
    const entries = found.map(([key, { value, modRevision }]) => [key, { value, modRevision }] as const);
    return { revision: this.#revision, entries: Object.fromEntries(entries) };
  }

  async transact(transaction: Transaction): Promise<TransactionResult> {
    await this.#arrive();
    const { conditions, put = {}, remove = [], lease } = transaction;
    const twice = remove.find((key) => key in put);
    if (twice !== undefined) throw transactionRefused(`${twice} is both put and removed`);
    const holds = conditions.every(({ key, modRevision }) => this.#modRevision(key) === modRevision);
    if (!holds) return { committed: false, revision: this.#revision };
    if (lease !== undefined && !this.#leases.has(lease)) throw leaseGone(lease);
    this.#apply(Object.entries(put), remove, lease);
    return { committed: true, revision: this.#revision };
  }

  async watch(prefix: string, onHint: () => void, signal: AbortSignal): Promise<void> {
    if (!this.#reachable || signal.aborted) return;
    await new Promise<void>((resolve) => {
      const end = (): void => {
        this.#watchers.delete(watcher);
        signal.removeEventListener('abort', end);
        resolve();
      };
      const watcher: Watcher = { prefix, hint: onHint, end };
      this.#watchers.add(watcher);
      signal.addEventListener('abort', end);
      // What changed before the watch began was missed.
      queueMicrotask(onHint);
    });
  }

  async grantLease(seconds: number): Promise<string> {
    await this.#arrive();
    this.#leasesGranted += 1;
    const id = String(this.#leasesGranted);
    const lease = { seconds, endsAtMs: this.#endOf(seconds), over: new AbortController() };
    this.#leases.set(id, lease);
    void this.#endInTime(lease);
    return id;
  }

  async renewLease(id: string): Promise<boolean> {
    await this.#arrive();
    const lease = this.#leases.get(id);
    if (lease === undefined) return false;
    lease.endsAtMs = this.#endOf(lease.seconds);
    return true;
  }

  async revokeLease(id: string): Promise<void> {
    await this.#arrive();
    this.#endLease(id);
  }

  async #arrive(): Promise<void> {
    this.#endLeasesDue();
    if (!this.#reachable) throw storeUnreachable('it is switched off');
  }

  #modRevision(key: string): number {
    return this.#entries.get(key)?.modRevision ?? 0;
  }

  /** One change of the store, whatever it touches; none where nothing is touched. */
  #apply(put: readonly [string, string][], remove: readonly string[], lease: string | undefined): void {
    const gone = remove.filter((key) => this.#entries.has(key));
    const touched = [...put.map(([key]) => key), ...gone];
    if (touched.length === 0) return;
    this.#revision += 1;
    for (const [key, value] of put) this.#entries.set(key, { value, modRevision: this.#revision, lease });
    for (const key of gone) this.#entries.delete(key);
    for (const watcher of this.#watchers) {
      if (touched.some((key) => key.startsWith(watcher.prefix))) queueMicrotask(watcher.hint);
    }
  }

  #endOf(seconds: number): number {
    return this.#clock.monotonicMs() + seconds * 1000;
  }

  async #endInTime(lease: Lease): Promise<void> {
    while (!lease.over.signal.aborted) {
      await this.#clock.sleep(lease.endsAtMs - this.#clock.monotonicMs(), lease.over.signal);
      this.#endLeasesDue();
    }
  }

  #endLeasesDue(): void {
    const now = this.#clock.monotonicMs();
    for (const [id, lease] of this.#leases) if (lease.endsAtMs <= now) this.#endLease(id);
  }

  #endLease(id: string): void {
    const lease = this.#leases.get(id);
    if (lease === undefined) return;
    this.#leases.delete(id);
    lease.over.abort();
    const bound = [...this.#entries].filter(([, entry]) => entry.lease === id).map(([key]) => key);
    this.#apply([], bound, undefined);
  }
}

function byKey(a: readonly [string, unknown], b: readonly [string, unknown]): number {
  return a[0] < b[0] ? -1 : 1;
}
