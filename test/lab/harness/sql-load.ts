import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

import { needLeader } from '../machine/leader.ts';
import type { LabMachine } from './machine.ts';

/** What an application does all the time through an endpoint of its own machine. */
export interface SqlOrder {
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  readonly perSecond: number;
  /** Rows of this run are told from those of others; a reader needs none. */
  readonly writes?: { readonly run: number };
}

/** What became of it. */
export interface SqlReport {
  /** The numbers of the rows whose commit was acknowledged; of a reader, the number of each answer. */
  readonly acknowledged: readonly number[];
  /** What nobody had answered when the load had to end, although it was tried again and again. */
  readonly open: number;
  /** How many failed at the first try; a writer goes on trying, a reader does not. */
  readonly failedFirst: number;
  /** Every failed try by the server's or the connection's word: `1290`, `ECONNREFUSED`. */
  readonly kinds: Readonly<Record<string, number>>;
  /** Longest time between two acknowledgements, and of one row from its moment to its acknowledgement, in milliseconds. */
  readonly pauseMs: number;
  readonly slowestMs: number;
}

/** A load that is running. */
export interface SqlLoad {
  /** Begins nothing new, waits for what is open, and tells what became of everything; the same each time. */
  stop(): Promise<SqlReport>;
}

const program = new URL('sql-load-program.ts', import.meta.url).pathname;

/**
 * Writes or reads steadily through an endpoint of a machine: a process of the host that has the machine's network and
 * nothing else of it, so that neither the machine's cores nor its memory are shared with it.
 */
export async function startSqlLoad(machine: LabMachine, order: SqlOrder): Promise<SqlLoad> {
  const leader = await needLeader(machine.name);
  const words = ['--target', String(leader), '--net', '--', process.execPath, program];
  const child = spawn('nsenter', words, { stdio: ['pipe', 'pipe', 'inherit'] });
  const told = text(child.stdout);
  const ended = once(child, 'exit');
  // By its input, since every user can read the list of processes.
  child.stdin.write(`${JSON.stringify(order)}\n`);
  let report: Promise<SqlReport> | undefined;
  return {
    stop: () => {
      child.stdin.end();
      report ??= ended.then(async () => JSON.parse(await told) as SqlReport);
      return report;
    },
  };
}
