import { asMusterError, type MusterError } from '../../roles/model/errors.ts';
import type { Clock, Decisions, Files, Snapshot } from '../../roles/model/ports.ts';
import { type DecisionSet, decode } from './codec.ts';
import { decisionsPrefix } from './keys.ts';
import { Nudge } from './nudge.ts';
import { generationOf, holdsDecisions } from './seed.ts';
import { loadSnapshot, saveSnapshot } from './snapshot-file.ts';

export interface MirrorParts {
  readonly decisions: Pick<Decisions, 'read' | 'watch'>;
  readonly files: Files;
  readonly clock: Clock;
  /** Where the last known decisions are kept. */
  readonly path: string;
  /** The store answers and holds nothing, though something was decided once: what was known, for an import. */
  readonly whenEmpty: (known: Snapshot) => Promise<unknown>;
  /** Told of what went wrong beside the store's silence: a disk that takes nothing, a damaged file. */
  readonly onError: (error: MusterError) => void;
}

/** Whether the store of decisions answered when it was last asked. */
export interface Reach {
  readonly answered: boolean;
  /** When it began to answer, or to be silent. */
  readonly since: Date;
  /** Why there was no answer; empty while there is one. */
  readonly why: string;
}

/** A hint can be lost and a watch can be deaf, so all is listed anew at least this often. */
const relistMs = 30_000;
/** While the store is silent it is asked more often: it is on this machine, and mostly just being started. */
const retryMs = 1_000;
/** Between a watch that broke and the next, so that a store which refuses watches is not flooded with them. */
const rewatchMs = 1_000;

/**
 * The last known decisions. They are loaded from disk at the start, so that a node goes on without the store, and
 * follow the store while it answers. The mirror decides nothing.
 */
export class Mirror {
  readonly #parts: MirrorParts;
  readonly #nudge: Nudge;
  readonly #listeners = new Set<(known: DecisionSet) => void>();
  #snapshot: Snapshot | undefined;
  #known: DecisionSet | undefined;
  #reach: Reach;
  #refreshing: Promise<void> = Promise.resolve();

  constructor(parts: MirrorParts) {
    this.#parts = parts;
    this.#nudge = new Nudge(parts.clock);
    this.#reach = { answered: false, since: parts.clock.now(), why: 'it was not asked yet' };
  }

  /** The last known decisions; undefined until there are any. */
  known(): DecisionSet | undefined {
    return this.#known;
  }

  /** The same as they are stored. */
  snapshot(): Snapshot | undefined {
    return this.#snapshot;
  }

  reach(): Reach {
    return this.#reach;
  }

  /** Calls the listener after every change, until the function that is returned is called. */
  subscribe(listener: (known: DecisionSet) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Takes up what was known last. A damaged file is told and is as good as none. */
  async load(): Promise<void> {
    try {
      const kept = await loadSnapshot(this.#parts.files, this.#parts.path);
      if (kept !== undefined) this.#take(kept);
    } catch (error) {
      this.#parts.onError(asMusterError(error));
    }
  }

  /** Takes a copy that another node has, where it is a later one than this; for while the store itself is silent. */
  async offer(copy: Snapshot): Promise<void> {
    if (!holdsDecisions(copy) || !isLater(copy, this.#snapshot)) return;
    await this.#save(copy);
    this.#take(copy);
  }

  /** Asks the store now; never rejects, `reach` tells how it went. Calls that overlap follow one another. */
  refresh(): Promise<void> {
    this.#refreshing = this.#refreshing.then(() => this.#refreshOnce());
    return this.#refreshing;
  }

  /** Follows the store until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    await Promise.all([this.#follow(signal), this.#listen(signal)]);
  }

  async #follow(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.refresh();
      await this.#nudge.wait(this.#reach.answered ? relistMs : retryMs, signal);
    }
  }

  async #listen(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#parts.decisions.watch(decisionsPrefix, () => this.#nudge.give(), signal);
      // Whatever broke it: a store that is gone is known of at once, and not with the next list.
      this.#nudge.give();
      await this.#parts.clock.sleep(rewatchMs, signal);
    }
  }

  async #refreshOnce(): Promise<void> {
    try {
      const found = await this.#read();
      const isNew = found !== undefined && !isSame(found, this.#snapshot);
      if (isNew) await this.#save(found);
      // In one go: whoever hears that the store answers must not act on what it said before. A former primary that has
      // just come back would open its database.
      this.#setReach(true, '');
      if (isNew) this.#take(found);
    } catch (error) {
      const { code, why, message } = asMusterError(error);
      this.#setReach(false, code === 'store-unreachable' ? why : `${message}: ${why}`);
    }
  }

  /** What the store holds; undefined for nothing, which never takes the place of something known. */
  async #read(): Promise<Snapshot | undefined> {
    const { decisions, whenEmpty } = this.#parts;
    const found = await decisions.read(decisionsPrefix);
    if (holdsDecisions(found)) return found;
    if (this.#snapshot === undefined) return undefined;
    await whenEmpty(this.#snapshot);
    const again = await decisions.read(decisionsPrefix);
    return holdsDecisions(again) ? again : undefined;
  }

  async #save(found: Snapshot): Promise<void> {
    try {
      await saveSnapshot(this.#parts.files, this.#parts.path, found);
    } catch (error) {
      this.#parts.onError(asMusterError(error));
    }
  }

  #take(snapshot: Snapshot): void {
    this.#snapshot = snapshot;
    const known = decode(snapshot);
    this.#known = known;
    for (const listener of this.#listeners) listener(known);
  }

  #setReach(answered: boolean, why: string): void {
    const since = answered === this.#reach.answered ? this.#reach.since : this.#parts.clock.now();
    this.#reach = { answered, since, why };
  }
}

function isSame(found: Snapshot, known: Snapshot | undefined): boolean {
  return found.revision === known?.revision && generationOf(found) === generationOf(known);
}

/** By the cluster's generation, then by revision: a cluster made anew counts its revisions from the beginning. */
function isLater(copy: Snapshot, known: Snapshot | undefined): boolean {
  if (known === undefined) return true;
  const [theirs, own] = [generationOf(copy), generationOf(known)];
  return theirs === own ? copy.revision > known.revision : theirs > own;
}
