import { refusedArchive } from './refused.ts';

/** Takes a stream of pieces apart by numbers of bytes, without ever holding more than one piece and what is asked for. */
export class TarBytes {
  readonly #source: AsyncIterator<Uint8Array>;
  #held: Uint8Array = new Uint8Array(0);

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** Exactly so many bytes. With `mayEnd`, undefined where the stream is over before the first. */
  async take(count: number, mayEnd = false): Promise<Uint8Array | undefined> {
    const parts: Uint8Array[] = [];
    let missing = count;
    while (missing > 0) {
      const piece = await this.#next(missing);
      if (piece === undefined) {
        if (mayEnd && parts.length === 0) return undefined;
        throw cutOff();
      }
      parts.push(piece);
      missing -= piece.length;
    }
    return parts.length === 1 ? parts[0] : Buffer.concat(parts);
  }

  /** At least one byte and at most so many. */
  async some(most: number): Promise<Uint8Array> {
    const piece = await this.#next(most);
    if (piece === undefined) throw cutOff();
    return piece;
  }

  /** Whoever takes no more says so, and the source is closed. */
  async close(): Promise<void> {
    await this.#source.return?.();
  }

  async skip(count: number): Promise<void> {
    for (let left = count; left > 0; ) left -= (await this.some(left)).length;
  }

  async #next(most: number): Promise<Uint8Array | undefined> {
    while (this.#held.length === 0) {
      const { done, value } = await this.#source.next();
      if (done === true) return undefined;
      this.#held = value;
    }
    const piece = this.#held.subarray(0, most);
    this.#held = this.#held.subarray(piece.length);
    return piece;
  }
}

function cutOff(): Error {
  return refusedArchive('it ends in the middle');
}
