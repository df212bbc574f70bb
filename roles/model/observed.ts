import type { ServiceSpec, ServiceState } from './service.ts';

/** A question to a server on this machine, as data. */
export type Question =
  | {
      readonly kind: 'http';
      readonly url: string;
      readonly headers?: Readonly<Record<string, string>>;
      readonly timeoutMs: number;
      /** No plan hangs on it: where the answer is late, the one before counts, and nothing else waits for it. */
      readonly unhurried?: true;
    }
  /** One command on HAProxy's runtime socket. */
  | { readonly kind: 'runtime'; readonly socket: string; readonly command: string }
  /** Which interface of this machine carries an address; the answer's text is its name. */
  | { readonly kind: 'address'; readonly address: string }
  /** The names in a directory, one a line; none where there is no such directory. */
  | { readonly kind: 'directory'; readonly path: string }
  /**
   * What is mounted at a path and whether it answers (mount.ts). `touch`: a file there that is touched to find out
   * whether it can be written. A mount that hangs holds nobody up but the child that asks it.
   */
  | { readonly kind: 'mount'; readonly path: string; readonly touch?: string }
  /** What a program says that only looks: its exit code as status, its output as text. */
  | {
      readonly kind: 'program';
      readonly argv: readonly [string, ...string[]];
      readonly timeoutMs: number;
      readonly kept?: Kept;
    }
  /** The kernel's own listing of an nftables table; the status is nft's exit code, 0 where there is such a table. */
  | { readonly kind: 'table'; readonly family: 'inet'; readonly table: string }
  /** memcached at an address; the answer's text is its version, or all lines of its `stats`. */
  | {
      readonly kind: 'pool';
      readonly address: string;
      readonly port: number;
      readonly statistics?: true;
    }
  /** One statement to this machine's own database, as its root; the answer's text is the rows as JSON. */
  | { readonly kind: 'sql'; readonly statement: string };

/** Until when a good answer is not asked for again: a file it is made from has changed, or so much time has passed. */
export interface Kept {
  readonly file: string;
  readonly forMs: number;
}

/** What came back. `error` is a sentence when nothing did. */
export type Answer =
  | { readonly ok: true; readonly status: number; readonly text: string }
  | { readonly ok: false; readonly error: string };

/** What a role asks the agent to read off the machine before it plans. */
export interface Wants {
  readonly packages: readonly string[];
  readonly files: readonly string[];
  /** Files that are not wholly ours, whose text is needed to change a part of them. */
  readonly texts?: readonly string[];
  readonly services: readonly ServiceSpec[];
  readonly questions: Readonly<Record<string, Question>>;
}

export interface ObservedFile {
  readonly sha256: string;
  readonly mode: number;
  /** `user:group`. */
  readonly owner: string;
}

/** What the agent read off its own machine for a role. */
export interface Observed {
  /** Name to installed version; absent where not installed. */
  readonly packages: Readonly<Record<string, string>>;
  /** Absent where there is no such file. */
  readonly files: Readonly<Record<string, ObservedFile>>;
  /** The text of each file in `wants.texts`; absent where there is no such file. */
  readonly texts: Readonly<Record<string, string>>;
  /** SHA-256 of what muster itself last wrote there: a difference is drift, made by another hand. */
  readonly written: Readonly<Record<string, string>>;
  /** SHA-256 of the text with references that a file with secrets was last made from; absent where it has none. */
  readonly sources?: Readonly<Record<string, string>>;
  readonly services: Readonly<Record<string, ServiceState>>;
  /** Per unit, the fingerprint of the files it last started or reloaded with; absent if unknown. */
  readonly loaded: Readonly<Record<string, string>>;
  readonly answers: Readonly<Record<string, Answer>>;
}

export const nothingObserved: Observed = {
  packages: {},
  files: {},
  texts: {},
  written: {},
  services: {},
  loaded: {},
  answers: {},
};
