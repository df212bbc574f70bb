/**
 * How far a datagram may be overtaken and still count: at four heartbeats a second, 64 are sixteen seconds, longer
 * than any network keeps one.
 */
const width = 64;

/** Lets each sequence number of each epoch through once. A later epoch ends the one before. */
export class ReplayWindow {
  #epoch: number;
  #highest = 0;
  /** The sequence number that last took the place `sequence % width`. */
  #places = new Uint32Array(width);

  /** `epoch`: the latest that was heard before, as far as it is known; earlier ones are refused. */
  constructor(epoch = 0) {
    this.#epoch = epoch;
  }

  /** The latest epoch let through. */
  get epoch(): number {
    return this.#epoch;
  }

  /** True the first time. Sequence numbers begin at 1. */
  pass(epoch: number, sequence: number): boolean {
    if (epoch < this.#epoch || sequence < 1) return false;
    if (epoch > this.#epoch) this.#begin(epoch);
    if (sequence + width <= this.#highest) return false;
    // Within the window each number has a place of its own, so what is there is this number or a bygone one.
    const place = sequence % width;
    if (this.#places[place] === sequence) return false;
    this.#places[place] = sequence;
    this.#highest = Math.max(this.#highest, sequence);
    return true;
  }

  #begin(epoch: number): void {
    this.#epoch = epoch;
    this.#highest = 0;
    this.#places = new Uint32Array(width);
  }
}
