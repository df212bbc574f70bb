import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ServersReport } from '../../../../agent/api/contract-server.ts';
import type { NodeId } from '../../../../roles/model/node.ts';
import { install, statusOf, well } from '../../harness/cluster.ts';
import {
  askServer,
  decidedOn,
  type Hold,
  holdTable,
  holdWrites,
  rowsOf,
  type WriterWatch,
  watchWriters,
  wordOf,
} from '../../harness/db-servers.ts';
import { readsPort, writesPort } from '../../harness/endpoints.ts';
import { databasesOn } from '../../harness/haproxy.ts';
import { eventually, type Lab, type LabMachine, openLab } from '../../harness/index.ts';
import { join, tokenOn } from '../../harness/join.ts';
import { muster } from '../../harness/operator.ts';
import { type SqlLoad, type SqlOrder, type SqlReport, startSqlLoad } from '../../harness/sql-load.ts';

const settleMs = 180_000;
/** A move that was cut off is over, or given up, by then. */
const moveMs = 60_000;
const rowsPerSecond = 200;
const readsPerSecond = 20;

const figure = (text: string): void => void process.stderr.write(`db: ${text}\n`);

/** b1 keeps the decisions and is the application's machine; the writes are moved between the others. */
describe('the databases of three machines', () => {
  let lab: Lab;
  let all: readonly LabMachine[];
  let b1: LabMachine;
  let account: Pick<SqlOrder, 'user' | 'password' | 'database'>;
  let watch: WriterWatch;
  let run = 0;
  const loads: SqlLoad[] = [];

  beforeAll(async () => {
    lab = await openLab({ machines: 3 });
    all = lab.machines;
    b1 = lab.machine('b1');
    await install(b1);
    const one = ['cache', 'storage'].map((role) => `${role}.nodes=1`);
    await muster(b1, 'settings', 'set', '--yes', ...one, 'db.nodes=3', 'storage.driver=local');
    const token = await tokenOn(b1);
    for (const machine of all.slice(1)) await join(machine, token);
    await well(b1, settleMs);
    await muster(b1, 'db', 'create', 'shop');
    const { stdout } = await muster(b1, 'db', 'credentials', 'shop', '--json');
    const { user, password } = JSON.parse(stdout) as { user: string; password: string };
    account = { user, password, database: 'shop' };
    const table = 'CREATE TABLE shop.ledger (run INT, n INT, PRIMARY KEY (run, n)) ENGINE=InnoDB';
    await askServer(b1, table);
  });

  afterAll(async () => lab.close());

  beforeEach(async () => {
    await whole();
    watch = watchWriters(all);
  });

  afterEach(async () => {
    // A story that failed has left them behind.
    await Promise.all(loads.splice(0).map((load) => load.stop()));
    expect(await watch.stop(), 'moments with two writers').toEqual([]);
  });

  const servers = async (): Promise<ServersReport> => {
    const { stdout } = await muster(b1, 'db', 'status', '--json');
    return JSON.parse(stdout) as ServersReport;
  };

  /** Of three servers one takes the writes, two follow it and acknowledge. Returns who writes. */
  async function whole(): Promise<LabMachine> {
    return eventually(
      'one primary and two replicas that acknowledge and keep up',
      async () => {
        const { decision, servers: found } = await servers();
        const serve = (word: string): number => found.filter(({ server }) => server.serves === word).length;
        const attached = found.filter(
          ({ server }) => server.receives === true && server.lagSeconds !== undefined,
        );
        if (decision === undefined || decision.move !== undefined)
          throw new Error('the primary is on its way');
        if (
          serve('primary') !== 1 ||
          serve('replica') !== 2 ||
          attached.length !== 2 ||
          decision.ackers?.length !== 2
        )
          throw new Error(
            JSON.stringify(found.map(({ name, acker, server }) => ({ name, acker, ...server }))),
          );
        const status = await statusOf(b1);
        if (status.verdict.level !== 'ok') throw new Error(JSON.stringify(status.verdict));
        const name = found.find(({ server }) => server.serves === 'primary')?.name ?? '';
        return lab.machine(name);
      },
      { deadlineMs: settleMs, everyMs: 1_000 },
    );
  }

  /** Waits until the application's machine reads from a server. */
  const readFrom = (machine: LabMachine): Promise<true> =>
    eventually(
      `${machine.name} is read from`,
      async () => (await databasesOn(b1, 'reads')).includes(machine.address) || undefined,
      { deadlineMs: settleMs, everyMs: 20 },
    );

  const start = async (order: Parameters<typeof startSqlLoad>[1]): Promise<SqlLoad> => {
    const load = await startSqlLoad(b1, order);
    loads.push(load);
    return load;
  };
  const startWrites = async (): Promise<SqlLoad> => {
    run += 1;
    return start({ ...account, port: writesPort, perSecond: rowsPerSecond, writes: { run } });
  };
  const startReads = (): Promise<SqlLoad> =>
    start({ ...account, port: readsPort, perSecond: readsPerSecond });

  /** One server takes writes, all of them have the same history, and every row that was acknowledged. */
  async function nothingIsLost({ acknowledged, open }: SqlReport): Promise<void> {
    expect(acknowledged.length).toBeGreaterThan(0);
    expect(open, 'rows that were never acknowledged').toBe(0);
    await eventually(
      'one server takes writes, and all have the same history',
      async () => {
        const words = await Promise.all(all.map(wordOf));
        if (words.filter(({ writes }) => writes).length !== 1) throw new Error(JSON.stringify(words));
        if (new Set(words.map(({ position }) => position)).size !== 1) throw new Error(JSON.stringify(words));
        return true;
      },
      { deadlineMs: moveMs, everyMs: 100 },
    );
    for (const machine of all) {
      const there = await rowsOf(machine, run);
      expect(
        acknowledged.filter((n) => !there.has(n)),
        `rows that ${machine.name} lacks`,
      ).toEqual([]);
    }
  }

  const otherThan = (...machines: readonly LabMachine[]): LabMachine => {
    const found = all.find((one) => one !== b1 && !machines.includes(one));
    if (found === undefined) throw new Error('there is no other machine');
    return found;
  };

  /** Starts with the primary where its agent is not the one that decides. */
  async function awayFromB1(): Promise<LabMachine> {
    const primary = await whole();
    if (primary !== b1) return primary;
    await muster(b1, 'db', 'switchover', 'b2');
    return whole();
  }

  test('status names the primary, its replicas, and how far they are behind', async () => {
    const { stdout } = await muster(b1, 'db', 'status');
    figure(`\n${stdout}`);
    expect(stdout).toMatch(/^b1 takes the writes/);
    expect(stdout.match(/^b\d .* replica .* yes .* \d+\.\d s/gm)).toHaveLength(2);
  });

  test.each([1, 2, 3])('the writes move (%i): nothing is lost, and the pause is a second', async () => {
    const from = await whole();
    const to = otherThan(from);
    const [writing, reading] = [await startWrites(), await startReads()];
    await eventually('rows are written', async () => (await rowsOf(to, run)).size > rowsPerSecond, {
      deadlineMs: settleMs,
    });
    const begun = performance.now();
    const { stdout } = await muster(b1, 'db', 'switchover', to.name);
    const tookMs = Math.round(performance.now() - begun);
    expect(stdout).toContain(`${to.name} is the primary`);
    await eventually('rows arrive there', async () => (await databasesOn(b1, 'writes'))[0] === to.address, {
      deadlineMs: moveMs,
    });
    await whole();
    const [report, reads] = [await writing.stop(), await reading.stop()];
    figure(`switchover ${from.name} → ${to.name}: ${tookMs} ms, ${told(report)}; reads ${told(reads)}`);
    await nothingIsLost(report);
    expect(reads.failedFirst, 'reads that failed').toBe(0);
    expect(report.pauseMs).toBeLessThan(5_000);
  });

  /** How a state of a move is kept from passing, and by what it is known. */
  const holds = {
    begun: (from: LabMachine): Promise<Hold> => holdWrites(from),
    closed: (_from: LabMachine, to: LabMachine): Promise<Hold> => holdTable(to, 'shop.ledger'),
    done: async (): Promise<Hold> => ({ release: async () => undefined }),
  } as const;

  const reached = async (state: keyof typeof holds, from: NodeId | undefined): Promise<boolean> => {
    const database = await decidedOn(b1);
    if (state === 'begun') return database?.move !== undefined;
    if (state === 'closed') return database?.move?.at !== undefined;
    return database?.move === undefined && database?.primary !== from;
  };

  const victims = ['the former primary', 'the next primary', 'who decides'] as const;
  const states = Object.keys(holds) as (keyof typeof holds)[];
  const interruptions = states.flatMap((state) => victims.map((victim) => ({ state, victim })));

  test.each(interruptions)(
    'the agent of $victim is killed while a move is $state',
    async ({ state, victim }) => {
      const from = await awayFromB1();
      const to = otherThan(from);
      const killed = { 'the former primary': from, 'the next primary': to, 'who decides': b1 }[victim];
      const writing = await startWrites();
      await eventually('rows are written', async () => (await rowsOf(to, run)).size > rowsPerSecond, {
        deadlineMs: settleMs,
      });
      const former = (await decidedOn(b1))?.primary;
      const hold = await holds[state](from, to);
      const moving = b1.exec(['muster', 'db', 'switchover', to.name], { reject: false });
      await eventually(`the move is ${state}`, () => reached(state, former), {
        deadlineMs: moveMs,
        everyMs: 10,
      });
      await killAgent(killed);
      await hold.release();
      const said = await moving;
      await eventually('the move is over', async () => (await decidedOn(b1))?.move === undefined, {
        deadlineMs: moveMs,
      });
      const now = await whole();
      const report = await writing.stop();
      figure(
        `${victim} killed while ${state}: ${now.name} writes, was ${from.name}; ${told(report)}; said ${said.stdout}${said.stderr}`,
      );
      await nothingIsLost(report);
    },
  );

  test('a replica that falls behind is read from no more within a second of the limit, and comes back', async () => {
    const primary = await awayFromB1();
    const late = otherThan(primary);
    const limitSeconds = 5;
    const [writing, reading] = [await startWrites(), await startReads()];
    await readFrom(late);
    const hold = await holdTable(late, 'shop.ledger');
    await eventually('it is over the limit', async () => (await lagOn(late)) > limitSeconds, {
      deadlineMs: settleMs,
      everyMs: 20,
    });
    const overMs = performance.now();
    await eventually(
      'nobody reads there',
      async () => !(await databasesOn(b1, 'reads')).includes(late.address),
      {
        deadlineMs: settleMs,
        everyMs: 20,
      },
    );
    const outMs = Math.round(performance.now() - overMs);
    await hold.release();
    const freedMs = performance.now();
    await readFrom(late);
    const backMs = Math.round(performance.now() - freedMs);
    const [report, reads] = [await writing.stop(), await reading.stop()];
    figure(
      `a laggard is out ${outMs} ms after the limit, and back ${backMs} ms after it may go on; writes ${told(report)}; reads ${told(reads)}`,
    );
    expect(outMs).toBeLessThan(1_000);
    expect(reads.failedFirst).toBe(0);
    expect(report.failedFirst).toBe(0);
    await nothingIsLost(report);
  });

  test('the primary loses its power: reads go on, a replica is promoted, and nothing acknowledged is lost', async () => {
    const lost = await awayFromB1();
    const next = otherThan(lost);
    const [writing, reading] = [await startWrites(), await startReads()];
    await eventually('rows are written', async () => (await rowsOf(next, run)).size > rowsPerSecond, {
      deadlineMs: settleMs,
    });
    const [acknowledged] = await askServer<{ Variable_name: string; Value: string }>(
      lost,
      "SHOW STATUS LIKE 'Rpl_semi_sync_master_status'",
    );
    expect(acknowledged?.Value, 'commits wait for an acknowledgement').toBe('ON');
    await lost.kill();
    const risk = await eventually(
      'status names it, and the command',
      async () => (await statusOf(b1)).risks.find(({ code }) => code === 'primary-lost'),
      { deadlineMs: moveMs },
    );
    expect(risk.sentence).toContain(`${lost.name} is the primary`);
    expect(risk.next).toContain('muster db promote ');
    await eventually(
      'promote says what it would lose',
      async () => {
        const { stdout } = await muster(b1, 'db', 'promote', next.name, '--dry-run');
        return (
          stdout.includes('no write that was told to be done is lost') || Promise.reject(new Error(stdout))
        );
      },
      { deadlineMs: moveMs },
    );
    const refused = await b1.exec(['muster', 'db', 'promote', next.name], { reject: false });
    expect(refused.exitCode, 'without a yes').not.toBe(0);
    const begun = performance.now();
    const { stdout } = await muster(b1, 'db', 'promote', next.name, '--yes');
    expect(stdout).toContain(`${next.name} is the primary`);
    await eventually(
      'writes arrive there',
      async () => (await databasesOn(b1, 'writes'))[0] === next.address,
      {
        deadlineMs: moveMs,
        everyMs: 50,
      },
    );
    const tookMs = Math.round(performance.now() - begun);
    await lost.start();
    expect(
      await whole().catch(async (error: unknown) => {
        const { stdout } = await lost.exec([
          'sh',
          '-c',
          'journalctl -q -u mariadb --no-pager -n 120; muster events -n 40; cat /etc/mysql/mariadb.conf.d/91*',
        ]);
        figure(`DIAG ${JSON.stringify(await decidedOn(b1))}\n${stdout}`);
        const logs = await next.exec([
          'sh',
          '-c',
          'journalctl -q -u mariadb --no-pager -n 40; muster events -n 30',
        ]);
        figure(`DIAG next ${logs.stdout}`);
        throw error;
      }),
    ).toBe(next);
    const [report, reads] = [await writing.stop(), await reading.stop()];
    figure(`promoted in ${tookMs} ms; writes ${told(report)}; reads ${told(reads)}`);
    await nothingIsLost(report);
    expect(reads.failedFirst, 'reads that failed').toBe(0);
  });
});

/** A report in one line. */
function told({ acknowledged, failedFirst, kinds, pauseMs, slowestMs }: SqlReport): string {
  const failures = Object.entries(kinds).map(([word, count]) => `${word}: ${count}`);
  return `${acknowledged.length} done, ${failedFirst} failed at first (${failures.join(', ')}), pause ${pauseMs} ms, slowest ${slowestMs} ms`;
}

const killAgent = async (machine: LabMachine): Promise<void> => {
  await machine.exec(['systemctl', 'kill', '--kill-whom=main', '--signal=KILL', 'muster']);
};

/** How far a replica is behind, as its own rows say: the machines of a lab have one clock. */
const lagOn = async (machine: LabMachine): Promise<number> => {
  const statement =
    'SELECT TIMESTAMPDIFF(MICROSECOND, MAX(at), UTC_TIMESTAMP(6)) / 1000000 AS lag FROM muster.heartbeat';
  const [row] = await askServer<{ lag: string }>(machine, statement);
  return Number(row?.lag);
};
