import type { Machine } from './room.ts';
import type { Sights } from './sights.ts';

/** A process on one machine. */
export interface Process {
  readonly pid: number;
  readonly signal: (signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT') => void;
  /** Ends it as a power loss does; resolves once it is gone. */
  readonly end: () => Promise<void>;
}

/** A program on one machine. */
export interface Running {
  readonly process: Process;
  /** With what shares its fate: the service of its machine. */
  readonly all: readonly Process[];
  /** Its event loop stands still for so long, or, where it has none, the whole program. */
  readonly stall: (ms: number) => Promise<void>;
  /** Tells the others a new fact; programs that are not asked for it have none. */
  readonly mark?: (word: string) => void;
}

/** What is measured: muster, or the program beside it. */
export interface Program {
  readonly name: string;
  /** The words of the others on who is there and what they tell come in through `sights` and `marks`. */
  readonly start: (machine: Machine, heard: Heard) => Running;
}

/** Where what a program says is written down. */
export interface Heard {
  readonly sights: Sights;
  /** By observer and subject. */
  readonly marks: Map<string, ReadonlyMap<string, string>>;
}
