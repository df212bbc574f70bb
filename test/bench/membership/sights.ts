/** What one machine's program thinks of another machine: that it is there, that it is gone, or neither. */
export type Sight = 'there' | 'gone' | 'doubted';

interface Seen {
  readonly sight: Sight;
  readonly atMs: number;
}

/** A question that waits for its answer. */
interface Waiting {
  readonly look: () => boolean;
}

/** What all think of all, as they tell it, with the moments from the kernel's monotonic clock. */
export class Sights {
  readonly #seen = new Map<string, Map<string, Seen>>();
  readonly #waiting = new Set<Waiting>();
  #gone = 0;

  /** How often any said of any other that it is gone. */
  get gone(): number {
    return this.#gone;
  }

  /** A line that says again what was said is no news. */
  see(observer: string, subject: string, seen: Seen): void {
    const all = this.#seen.get(observer) ?? new Map<string, Seen>();
    this.#seen.set(observer, all);
    if (all.get(subject)?.sight === seen.sight) return;
    all.set(subject, seen);
    if (seen.sight === 'gone') this.#gone += 1;
    for (const one of this.#waiting) if (one.look()) this.#waiting.delete(one);
  }

  /** It begins a new life, and knows nobody. */
  forget(observer: string): void {
    this.#seen.delete(observer);
  }

  /** When the last of these observers saw the last of these subjects so; undefined while one does not. */
  since(observers: readonly string[], subjects: readonly string[], sight: Sight): number | undefined {
    const pairs = observers.flatMap((observer) =>
      subjects
        .filter((subject) => subject !== observer)
        .map((subject) => this.#seen.get(observer)?.get(subject)),
    );
    return pairs.every((seen) => seen?.sight === sight)
      ? Math.max(...pairs.map((seen) => seen?.atMs ?? 0))
      : undefined;
  }

  /** Resolves with that moment as soon as it is so; undefined where it is not so in time. */
  until(
    observers: readonly string[],
    subjects: readonly string[],
    sight: Sight,
    deadlineMs: number,
  ): Promise<number | undefined> {
    return new Promise((resolve) => {
      const waiting: Waiting = {
        look: () => {
          const atMs = this.since(observers, subjects, sight);
          if (atMs === undefined) return false;
          clearTimeout(timer);
          resolve(atMs);
          return true;
        },
      };
      const timer = setTimeout(() => {
        this.#waiting.delete(waiting);
        resolve(undefined);
      }, deadlineMs);
      if (!waiting.look()) this.#waiting.add(waiting);
    });
  }

  /** Who does not see whom so, for a sentence. */
  otherwise(names: readonly string[], sight: Sight): string {
    const odd = names.flatMap((observer) =>
      names
        .filter((subject) => subject !== observer && this.#seen.get(observer)?.get(subject)?.sight !== sight)
        .map((subject) => `${observer}→${subject}`),
    );
    return odd.slice(0, 10).join(', ');
  }
}
