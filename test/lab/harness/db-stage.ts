import { expect } from 'vitest';

import type { ServersReport } from '../../../agent/api/contract-server.ts';
import { install, statusOf, well } from './cluster.ts';
import { askServer, rowsOf, wordOf } from './db-servers.ts';
import { readsPort, writesPort } from './endpoints.ts';
import { databasesOn } from './haproxy.ts';
import { eventually, type Lab, type LabMachine, openLab } from './index.ts';
import { join, tokenOn } from './join.ts';
import { muster } from './operator.ts';
import { type SqlLoad, type SqlOrder, type SqlReport, startSqlLoad } from './sql-load.ts';

export const settleMs = 180_000;
/** A move that was cut off is over, or given up, by then. */
export const moveMs = 60_000;
const rowsPerSecond = 200;
const readsPerSecond = 20;

type Account = Pick<SqlOrder, 'user' | 'password' | 'database'>;

/** Makes the database of a story, with the table that loads write to. */
export async function makeLedger(machine: LabMachine): Promise<Account> {
  await muster(machine, 'db', 'create', 'shop');
  const { stdout } = await muster(machine, 'db', 'credentials', 'shop', '--json');
  const { user, password } = JSON.parse(stdout) as { user: string; password: string };
  await askServer(machine, 'CREATE TABLE shop.ledger (run INT, n INT, PRIMARY KEY (run, n)) ENGINE=InnoDB');
  return { user, password, database: 'shop' };
}

/** Every server as it says itself. */
export async function serversBy(machine: LabMachine): Promise<ServersReport> {
  return JSON.parse((await muster(machine, 'db', 'status', '--json')).stdout) as ServersReport;
}

/** A report in one line. */
export function told({ acknowledged, failedFirst, kinds, pauseMs, slowestMs }: SqlReport): string {
  const failures = Object.entries(kinds).map(([word, count]) => `${word}: ${count}`);
  return `${acknowledged.length} done, ${failedFirst} failed at first (${failures.join(', ')}), pause ${pauseMs} ms, slowest ${slowestMs} ms`;
}

/** Three machines with databases; b1 keeps the decisions, and is the application's machine. */
export class DbStage {
  readonly lab: Lab;
  readonly all: readonly LabMachine[];
  readonly b1: LabMachine;
  readonly #account: Account;
  readonly #loads: SqlLoad[] = [];
  #run = 0;

  private constructor(lab: Lab, account: Account) {
    [this.lab, this.all, this.b1, this.#account] = [lab, lab.machines, lab.machine('b1'), account];
  }

  static async open(): Promise<DbStage> {
    const lab = await openLab({ machines: 3 });
    const [b1, ...others] = lab.machines;
    if (b1 === undefined) throw new Error('a lab has machines');
    await install(b1);
    const one = ['cache', 'storage'].map((role) => `${role}.nodes=1`);
    await muster(b1, 'settings', 'set', '--yes', ...one, 'db.nodes=3', 'storage.driver=local');
    const token = await tokenOn(b1);
    for (const machine of others) await join(machine, token);
    await well(b1, settleMs);
    return new DbStage(lab, await makeLedger(b1));
  }

  /** Of three servers one takes the writes, two follow it, acknowledge, and are read from. Returns who writes. */
  async whole(): Promise<LabMachine> {
    return eventually(
      'one primary, and two replicas that acknowledge and are read from',
      async () => {
        const { decision, servers } = await serversBy(this.b1);
        const [primary, ...more] = servers.filter(({ server }) => server.serves === 'primary');
        const replicas = servers.filter(({ server }) => server.serves === 'replica');
        if (
          primary === undefined ||
          more.length > 0 ||
          replicas.length !== 2 ||
          decision?.ackers?.length !== 2
        )
          throw new Error(JSON.stringify({ decision, servers }));
        if (decision.move !== undefined) throw new Error('the primary is on its way');
        const { verdict } = await statusOf(this.b1);
        if (verdict.level !== 'ok') throw new Error(JSON.stringify(verdict));
        const read = (await databasesOn(this.b1, 'reads')).join(', ');
        if (
          read !==
          replicas
            .map(({ address }) => address)
            .sort()
            .join(', ')
        )
          throw new Error(`it reads from ${read}`);
        return this.lab.machine(primary.name);
      },
      { deadlineMs: settleMs, everyMs: 1_000 },
    );
  }

  /** A machine that neither decides nor is one of these. */
  otherThan(...machines: readonly LabMachine[]): LabMachine {
    const found = this.all.find((one) => one !== this.b1 && !machines.includes(one));
    if (found === undefined) throw new Error('there is no other machine');
    return found;
  }

  /** Sees to it that the primary is where nothing is decided. */
  async awayFromB1(): Promise<LabMachine> {
    const primary = await this.whole();
    if (primary !== this.b1) return primary;
    await muster(this.b1, 'db', 'switchover', 'b2');
    return this.whole();
  }

  async #start(order: Omit<SqlOrder, keyof Account>): Promise<SqlLoad> {
    const load = await startSqlLoad(this.b1, { ...this.#account, ...order });
    this.#loads.push(load);
    return load;
  }

  /** Writes rows; returns once a second's worth of them is on this replica. */
  async startWrites(replica: LabMachine): Promise<SqlLoad> {
    this.#run += 1;
    const run = this.#run;
    const load = await this.#start({ port: writesPort, perSecond: rowsPerSecond, writes: { run } });
    await eventually('rows are written', async () => (await rowsOf(replica, run)).size > rowsPerSecond, {
      deadlineMs: settleMs,
    });
    return load;
  }

  startReads(): Promise<SqlLoad> {
    return this.#start({ port: readsPort, perSecond: readsPerSecond });
  }

  /** Ends what a story that failed has left behind. */
  async endLoads(): Promise<void> {
    await Promise.all(this.#loads.splice(0).map((load) => load.stop()));
  }

  /** One server takes writes, all of them have the same history, and every row of the last run that was acknowledged. */
  async nothingIsLost({ acknowledged, open }: SqlReport): Promise<void> {
    expect(acknowledged.length).toBeGreaterThan(0);
    expect(open, 'rows that were never acknowledged').toBe(0);
    await eventually(
      'one server takes writes, and all have the same history',
      async () => {
        const words = await Promise.all(this.all.map(wordOf));
        const positions = new Set(words.map(({ position }) => position));
        if (words.filter(({ writes }) => writes).length === 1 && positions.size === 1) return true;
        throw new Error(JSON.stringify(words));
      },
      { deadlineMs: moveMs, everyMs: 100 },
    );
    for (const machine of this.all) {
      const there = await rowsOf(machine, this.#run);
      expect(
        acknowledged.filter((n) => !there.has(n)),
        `rows that ${machine.name} lacks`,
      ).toEqual([]);
    }
  }

  /** Waits until the application's machine writes to a server, or reads from it. */
  async uses(backend: 'writes' | 'reads', machine: LabMachine): Promise<void> {
    await eventually(
      `${backend} go to ${machine.name}`,
      async () => (await databasesOn(this.b1, backend)).includes(machine.address),
      { deadlineMs: settleMs, everyMs: 20 },
    );
  }
}
