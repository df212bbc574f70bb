import { readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { type Connection, createConnection } from 'mysql2/promise';

import { decode } from '../../../coordinator/store/codec.ts';
import type { DatabaseView } from '../../../roles/model/database.ts';
import { paths } from '../../../roles/model/paths.ts';
import type { Snapshot } from '../../../roles/model/ports.ts';
import { needLeader } from '../machine/leader.ts';
import type { LabMachine } from './machine.ts';

/** The database servers of machines, seen from the host: no agent has a part in it, and none is kept from its work. */

/** A server that lives answers within milliseconds; one that stands still must not hold up the look at the others. */
const patienceMs = 1_000;

/** As root of the machine, over the server's socket as the host finds it. */
export async function openServer({ name }: LabMachine): Promise<Connection> {
  const socketPath = `/proc/${await needLeader(name)}/root/run/mysqld/mysqld.sock`;
  const connection = await createConnection({ socketPath, user: 'root', connectTimeout: patienceMs });
  connection.on('error', () => undefined);
  return connection;
}

/** Runs one statement on a machine's own server; the rows. */
export async function askServer<Row>(machine: LabMachine, statement: string): Promise<readonly Row[]> {
  const connection = await openServer(machine);
  try {
    const [rows] = await connection.query(statement);
    return rows as unknown as readonly Row[];
  } finally {
    connection.destroy();
  }
}

/** What keeps a server from something until it is released. */
export interface Hold {
  release(): Promise<void>;
}

/** A lock on a table of a server: what it receives is not applied any more. */
export async function holdTable(machine: LabMachine, table: string): Promise<Hold> {
  const connection = await openServer(machine);
  await connection.query(`LOCK TABLES ${table} READ`);
  return { release: () => connection.end() };
}

/** A write that does not end: until it does, the server cannot be closed. */
export async function holdWrites(machine: LabMachine): Promise<Hold> {
  const connection = await openServer(machine);
  // It ends by being killed, which is no failure.
  connection.query('INSERT INTO shop.ledger SELECT 0, SLEEP(600)').catch(() => undefined);
  return {
    release: async () => {
      await askServer(machine, `KILL ${connection.threadId}`);
    },
  };
}

/** The numbers of a run's rows that a server has. */
export async function rowsOf(machine: LabMachine, run: number): Promise<ReadonlySet<number>> {
  const rows = await askServer<{ n: number }>(machine, `SELECT n FROM shop.ledger WHERE run = ${run}`);
  return new Set(rows.map(({ n }) => n));
}

/** Whether a server takes writes, and up to where it has written. */
export interface ServerWord {
  readonly name: string;
  readonly writes: boolean;
  readonly position: string;
}

/** Throws where the server does not answer. */
export async function wordOf(machine: LabMachine): Promise<ServerWord> {
  const statement = 'SELECT @@global.read_only AS closed, @@global.gtid_binlog_pos AS position';
  const [row] = await askServer<{ closed: number; position: string }>(machine, statement);
  if (row === undefined) throw new Error(`${machine.name} says nothing of itself`);
  return { name: machine.name, writes: row.closed === 0, position: row.position };
}

/** The word on the primary in the copy that a machine has on its disk, as it stands there now. */
export async function decidedOn({ name }: LabMachine): Promise<DatabaseView | undefined> {
  const path = `/proc/${await needLeader(name)}/root${paths.decisions}`;
  return decode(JSON.parse(await readFile(path, 'utf8')) as Snapshot).database;
}

/** Moments at which several servers took writes. */
export interface WriterWatch {
  stop(): Promise<readonly string[]>;
}

const everyMs = 20;

/** Looks at all servers again and again for two that take writes at the same time. */
export function watchWriters(machines: readonly LabMachine[]): WriterWatch {
  const ended = new AbortController();
  const seen: string[] = [];
  const eyes = machines.map((machine) => new Eye(machine));
  const watching = (async () => {
    while (!ended.signal.aborted) {
      const names = await writersAmong(eyes);
      // They are asked one after another: who writes before and after another one was seen to write, wrote then.
      const again = names.length > 1 ? await writersAmong(eyes) : [];
      const both = names.filter((name) => again.includes(name));
      if (both.length > 1) seen.push(both.join(' and '));
      await pause(everyMs);
    }
    for (const eye of eyes) eye.close();
  })();
  return {
    stop: async () => {
      ended.abort();
      await watching;
      return seen;
    },
  };
}

async function writersAmong(eyes: readonly Eye[]): Promise<string[]> {
  const names: string[] = [];
  for (const eye of eyes) if (await eye.writes()) names.push(eye.name);
  return names;
}

/** A kept connection to one server, which opens again when it was lost. */
class Eye {
  readonly name: string;
  readonly #machine: LabMachine;
  #connection: Connection | undefined;

  constructor(machine: LabMachine) {
    this.name = machine.name;
    this.#machine = machine;
  }

  async writes(): Promise<boolean> {
    try {
      this.#connection ??= await openServer(this.#machine);
      const [rows] = await this.#connection.query({
        sql: 'SELECT @@global.read_only AS closed',
        timeout: patienceMs,
      });
      return (rows as { closed: number }[])[0]?.closed === 0;
    } catch {
      // Off, frozen, or just starting: it takes no writes that anybody would be told of.
      this.close();
      return false;
    }
  }

  close(): void {
    this.#connection?.destroy();
    this.#connection = undefined;
  }
}
