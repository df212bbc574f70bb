import type { Client } from './client.ts';
import type { Packed } from './pack.ts';

/** Where a verb writes. */
export interface Output {
  write(text: string): void;
  /** Whether colours are wanted there. */
  readonly colour: boolean;
  /** Whether a person looks at it as it comes. */
  readonly terminal: boolean;
}

/** A page of the manual. */
export interface Page {
  readonly topic: string;
  readonly text: string;
}

/** The shells that can be taught the words of this program. */
export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

/** Where an SQL client signs in. */
export interface SqlPlace {
  readonly database: string;
  readonly user: string;
  readonly password: string;
  readonly host: string;
  readonly port: number;
}

/** What the operator's own side can do: answer, edit, read the manual. */
export interface Operator {
  /** False without a terminal; then nothing may be asked. */
  readonly canAnswer: boolean;
  /** True only for a clear yes. */
  confirm(question: string): Promise<boolean>;
  /** What was typed, without the space around it. */
  answer(question: string): Promise<string>;
  /** The text as the operator's editor left it, and where it stays until `done`. Throws `command-missing`. */
  edit(text: string, name: string): Promise<Edited>;
  /** The text of a file of the operator's. Throws `request-invalid`. */
  read(path: string): Promise<string>;
  /** A folder or an archive, ready to be sent. Throws `archive-refused`. */
  pack(path: string): Promise<Packed>;
  /** Opens the SQL client there, or at this machine's own server; false where it ended with an error. */
  sql(place: SqlPlace | undefined): Promise<boolean>;
  manual(): Promise<readonly Page[]>;
  /** The script that teaches a shell to complete the words of this program. */
  completion(shell: Shell): Promise<string>;
  /** Resolves after the time, or at once when interrupted. */
  pause(ms: number): Promise<void>;
}

export interface Edited {
  readonly text: string;
  readonly path: string;
  /** Removes the file. */
  done(): Promise<void>;
}

/** All that a verb may use: data to `out`, messages to `err`. */
export interface Context {
  readonly version: () => Promise<string>;
  readonly out: Output;
  readonly err: Output;
  /** Made when first needed, so that help stays quick. */
  readonly connect: () => Promise<Client>;
  readonly operator: Operator;
  /** Aborts when the operator interrupts. */
  readonly signal: AbortSignal;
  readonly now: () => Date;
}

/** The verbs that need no running agent; main.ts brings them in when they are called. */
export interface LocalVerbs {
  agent(options: AgentOptions): Promise<void>;
  init(options: InitOptions): Promise<void>;
  join(options: JoinOptions): Promise<void>;
  /** False when the answer was no, or something could not go. */
  uninstall(options: UninstallOptions): Promise<boolean>;
}

export interface AgentOptions {
  readonly detach: boolean;
}

export interface InitOptions {
  readonly name?: string;
  readonly address?: string;
  readonly cluster?: string;
  /** The shared addresses, one or two. */
  readonly vip?: readonly string[];
  readonly json: boolean;
}

export interface JoinOptions {
  readonly token: string;
  readonly name?: string;
  readonly address?: string;
  readonly json: boolean;
}

export interface UninstallOptions {
  readonly dryRun: boolean;
  readonly yes: boolean;
  readonly purgeData: boolean;
  readonly json: boolean;
}
