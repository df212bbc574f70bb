import type { NodeId, RoleName } from './node.ts';
import type { ServiceSpec } from './service.ts';

/** A file as it shall be. */
export interface FileSpec {
  readonly path: string;
  /** Where a secret is to stand, a reference to it (secret.ts): only the agent that writes the file puts it there. */
  readonly content: string;
  /** Permission bits, as in 0o644. */
  readonly mode: number;
  /** `user:group`. */
  readonly owner: string;
  /** The service's own checker; `{}` stands for the path of the candidate. Exit 0 lets it in. */
  readonly check?: readonly [string, ...string[]];
  /** The unit that reads it; its next reload or restart takes the change in. */
  readonly unit?: string;
  /**
   * What of the content the unit must be reloaded for; all of it when absent. HAProxy's slots change over its socket
   * and stand in its file only for the next start.
   */
  readonly reloadKey?: string;
}

/** What every step carries: a sentence that says why it is there. */
interface Reasoned {
  readonly why: string;
  /** What its event is told as, where it is more than a piece of work: another hand's change, or a failure, mended. */
  readonly tells?: 'drift' | 'healed';
}

interface PackagesStep extends Reasoned {
  readonly kind: 'packages';
  readonly names: readonly string[];
}

export interface FileStep extends Reasoned {
  readonly kind: 'file';
  readonly file: FileSpec;
}

export interface ServiceStep extends Reasoned {
  readonly kind: 'service';
  readonly action: 'start' | 'stop' | 'restart' | 'reload' | 'enable' | 'disable';
  readonly service: ServiceSpec;
  /** The fingerprint of the files it runs with afterwards. */
  readonly fingerprint: string;
}

/** Commands on HAProxy's runtime socket, in order: a roster change without a reload. */
export interface RuntimeStep extends Reasoned {
  readonly kind: 'runtime';
  readonly socket: string;
  readonly commands: readonly string[];
  /**
   * The word on the database's primary that it follows from: nothing is done once there is a later one. What such a step
   * tells is made anew at its moment, since it is carried out beside the cycles too.
   */
  readonly epoch?: number;
}

/**
 * Waits for other nodes: the cycle goes on once each of them has this revision of the role in force, or `gone`: has it
 * no longer, as far as their facts tell; until then it ends here and nothing of what follows is done.
 */
export interface AwaitStep extends Reasoned {
  readonly kind: 'await';
  readonly role: RoleName;
  /** One of the revisions in `facts.applied`, see applied.ts. */
  readonly revision: string;
  readonly nodes: readonly NodeId[];
  readonly until?: 'gone';
}

/** Asks the network for an address: the cycle goes on only where no other machine answers at it. */
export interface VacantStep extends Reasoned {
  readonly kind: 'vacant';
  readonly address: string;
}

/** Deletes a file of ours that nothing refers to any more. */
export interface RemoveStep extends Reasoned {
  readonly kind: 'remove';
  readonly path: string;
}

/** A program that changes something no file says: a mount, a volume. Run again it does no harm. */
export interface CommandStep extends Reasoned {
  readonly kind: 'command';
  readonly argv: readonly [string, ...string[]];
  /** What it does, for people: `mount the common file system`. */
  readonly does: string;
  readonly timeoutMs: number;
}

/** A copy of a file of this machine for a service that runs as a user of its own and may not read the original. */
export interface CopyStep extends Reasoned {
  readonly kind: 'copy';
  readonly from: string;
  readonly to: string;
  readonly mode: number;
  /** `user:group`. */
  readonly owner: string;
}

/** Statements for this machine's own database, as its root, in order. */
export interface SqlStep extends Reasoned {
  readonly kind: 'sql';
  /** What they do, for people. */
  readonly what: string;
  readonly statements: readonly string[];
  /**
   * The epoch of the word on the primary that they follow from: where it has changed since, none is carried out, and the
   * next plan says what is right now.
   */
  readonly epoch: number;
  /** How long each statement may take. */
  readonly timeoutMs: number;
}

/** All data of this machine's database taken anew from another node's; refused where anybody else's are here. */
export interface CloneStep extends Reasoned {
  readonly kind: 'clone';
  /** The server whose data they become; it must not run meanwhile. */
  readonly service: ServiceSpec;
  readonly donor: NodeId;
}

/** One idempotent change to a machine, as plain data. */
export type Step =
  | PackagesStep
  | FileStep
  | ServiceStep
  | RuntimeStep
  | AwaitStep
  | VacantStep
  | CopyStep
  | SqlStep
  | RemoveStep
  | CommandStep
  | CloneStep;
