import type { Init } from '../../roles/model/hardware.ts';
import { paths } from '../../roles/model/paths.ts';
import type { Clock, Commands, Files, Packages, Questions, Services } from '../../roles/model/ports.ts';
import type { ServiceSpec } from '../../roles/model/service.ts';
import type { Manifest } from '../reconcile/manifest.ts';

/** The agent as a program of this machine: a systemd unit, or a detached process where there is no systemd. */
export interface AgentProcess {
  /** Puts in place what starts it with the machine, where it is not there yet. */
  prepare(manifest: Manifest): Promise<void>;
  running(): Promise<boolean>;
  start(): Promise<void>;
  restart(): Promise<void>;
  /** Ends it for good; its services run on. No error where it does not run. */
  stop(): Promise<void>;
  /** The newest lines of its own log, oldest first. */
  lastWords(lines: number): Promise<readonly string[]>;
}

/** A question to the agent; GET unless it says otherwise. */
interface AgentRequest {
  readonly method: 'DELETE';
}

/** A way to the running agent's API over its local socket: its answer or its refusal, undefined while nobody answers. */
export type AskAgent = (path: string, request?: AgentRequest) => Promise<unknown>;

/** What the verbs that need no running agent are made from. */
export interface LocalParts {
  readonly files: Files;
  readonly packages: Packages;
  readonly services: Services;
  readonly commands: Commands;
  readonly questions: Questions;
  readonly clock: Clock;
  readonly agent: AgentProcess;
  readonly ask: AskAgent;
  /** Whether another machine of this network has an address. */
  readonly answers: (address: string) => Promise<boolean>;
  readonly isRoot: boolean;
  readonly init: Init;
  readonly hostname: string;
  /** Steps that install.sh has numbered before. */
  readonly stepsBefore: number;
  /** The one terminal there is: a sentence for people, the answer as data, and a question to whoever sits there. */
  readonly talk: Talk;
}

export interface Talk {
  /** For people; goes to stderr where stdout carries data. */
  say(line: string): void;
  /** The answer as data. */
  data(value: unknown): void;
  /** Undefined where nobody can answer. */
  question(text: string): Promise<string | undefined>;
}

/**
 * How Node.js is run for months, with a third less private memory and no more CPU; each measured alone on ten machines.
 * Small heaps make V8 give memory back rather than keep it. So does one arena of malloc for all threads, where each would
 * have its own (4 MiB), and memory of its own for whatever is larger than 16 KiB: the compiler's leaves no holes (2 MiB).
 * Without the compiler between interpreter and Maglev whatever is warm is no machine code yet (2 MiB). Where size is what
 * counts, less of the heap is left uncleaned (3 MiB). The collector can be called, and is now and then (`giveMemoryBack`,
 * 1 MiB; 4 on thirty machines).
 * `scripts/wrapper.sh` has the same.
 */
export function runSparingly(node: string): readonly [string, ...string[]] {
  const environment = ['MALLOC_ARENA_MAX=1', 'MALLOC_MMAP_THRESHOLD_=16384'];
  const flags = [
    '--max-semi-space-size=1',
    '--max-old-space-size=64',
    '--no-sparkplug',
    '--optimize-for-size',
    '--expose-gc',
  ];
  return ['/usr/bin/env', ...environment, node, ...flags];
}

/** How the agent is run. */
export const agentArgv = [
  ...runSparingly(`${paths.payload}/current/node`),
  `${paths.payload}/current/muster.mjs`,
  'agent',
] as const;

/** The agent itself as a service, for the `Services` port. */
export const agentService: ServiceSpec = {
  unit: 'muster.service',
  label: "muster's agent",
  foreground: agentArgv,
  stopSignal: 'SIGTERM',
};
