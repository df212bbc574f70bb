/** Lets through so many a second, and so many at once after a pause. One bucket per key. */
export class RateBound<Key> {
  readonly #perSecond: number;
  readonly #burst: number;
  readonly #buckets = new Map<Key, { left: number; atMs: number }>();

  constructor(perSecond: number, burst: number) {
    this.#perSecond = perSecond;
    this.#burst = burst;
  }

  /** False when this one is too many. */
  pass(key: Key, nowMs: number): boolean {
    const bucket = this.#buckets.get(key) ?? { left: this.#burst, atMs: nowMs };
    const left = Math.min(this.#burst, bucket.left + ((nowMs - bucket.atMs) / 1000) * this.#perSecond);
    const passes = left >= 1;
    this.#buckets.set(key, { left: passes ? left - 1 : left, atMs: nowMs });
    return passes;
  }

  /** Forgets all others. */
  keep(keys: ReadonlySet<Key>): void {
    for (const key of this.#buckets.keys()) if (!keys.has(key)) this.#buckets.delete(key);
  }
}
