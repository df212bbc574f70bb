import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventsOf, install, well } from '../../harness/cluster.ts';
import { askServer, openServer, rowsOf, wordOf } from '../../harness/db-servers.ts';
import { makeLedger, serversBy, settleMs } from '../../harness/db-stage.ts';
import { writesPort } from '../../harness/endpoints.ts';
import { eventually, type Lab, type LabMachine, openLab } from '../../harness/index.ts';
import { join, tokenOn } from '../../harness/join.ts';
import { muster } from '../../harness/operator.ts';
import { type SqlOrder, startSqlLoad } from '../../harness/sql-load.ts';

/** A gigabyte over one core, with the disk shared by everybody on the host. */
const cloneMs = 600_000;
const rowsPerSecond = 200;
const run = 1;
const gibibyte = 2 ** 30;
/** Rows of 4 KiB; a transaction of 64 MiB at a time, which is more than the binary log holds in memory. */
const rowsAtATime = 2 ** 14;
const transactions = 16;

/** b1 has a database of one GiB, and an application that writes all the time. */
describe('a replica of a large database', () => {
  let lab: Lab;
  let b1: LabMachine;
  let b2: LabMachine;
  let account: Pick<SqlOrder, 'user' | 'password' | 'database'>;

  beforeAll(async () => {
    lab = await openLab({ machines: 2, each: { diskBytes: 24 * gibibyte } });
    [b1, b2] = [lab.machine('b1'), lab.machine('b2')];
    await install(b1);
    const one = ['cache', 'storage', 'db'].map((role) => `${role}.nodes=1`);
    await muster(b1, 'settings', 'set', '--yes', ...one, 'storage.driver=local');
    await join(b2, await tokenOn(b1));
    await well(b1, settleMs);
    account = await makeLedger(b1);
    await fill(b1);
  });

  afterAll(async () => lab.close());

  test('is cloned while 200 rows a second are written: none fails, and both are equal', async () => {
    const writing = await startSqlLoad(b1, {
      ...account,
      port: writesPort,
      perSecond: rowsPerSecond,
      writes: { run },
    });
    const begun = performance.now();
    await muster(b1, 'settings', 'set', '--yes', 'db.nodes=2');
    await eventually(
      'b2 follows b1, keeps up and acknowledges',
      async () => {
        const found = await serversBy(b1);
        const replica = found.servers.find(({ name }) => name === 'b2');
        if (replica?.acker === true && replica.server.receives === true) return true;
        throw new Error(JSON.stringify(found.servers));
      },
      { deadlineMs: cloneMs, everyMs: 1_000 },
    );
    const seconds = (performance.now() - begun) / 1_000;
    const report = await writing.stop();
    const copied = (await eventsOf(b2)).findLast(({ sentence }) => sentence.startsWith('copied data'));
    process.stderr.write(
      `db: a replica of 1 GiB attached after ${seconds.toFixed(1)} s; ${copied?.sentence ?? 'nothing was copied'}; ${report.acknowledged.length} rows written meanwhile, pause ${report.pauseMs} ms, slowest ${report.slowestMs} ms\n`,
    );
    expect(report).toMatchObject({ failedFirst: 0, open: 0 });
    await eventually(
      'both stand at the same position',
      async () => {
        const [one, other] = await Promise.all([wordOf(b1), wordOf(b2)]);
        return one.position === other.position;
      },
      { deadlineMs: settleMs, everyMs: 100 },
    );
    for (const machine of [b1, b2]) {
      const there = await rowsOf(machine, run);
      expect(
        report.acknowledged.filter((n) => !there.has(n)),
        `rows that ${machine.name} lacks`,
      ).toEqual([]);
    }
    const [one, other] = [await sumsOn(b1), await sumsOn(b2)];
    expect(one).toEqual(other);
    expect(one[0]?.Checksum).not.toBeNull();
  });
});

/** One GiB that does not compress. */
async function fill(machine: LabMachine): Promise<void> {
  const connection = await openServer(machine);
  await connection.query('USE shop');
  const row = `CONCAT(${Array.from({ length: 4 }, () => 'RANDOM_BYTES(1000)').join(', ')})`;
  const statements = [
    'CREATE TABLE shop.bulk (id INT PRIMARY KEY AUTO_INCREMENT, filler VARBINARY(4096)) ENGINE=InnoDB',
    ...Array.from(
      { length: transactions },
      () => `INSERT INTO shop.bulk (filler) SELECT ${row} FROM seq_1_to_${rowsAtATime}`,
    ),
  ];
  for (const statement of statements) await connection.query(statement);
  connection.destroy();
}

const sumsOn = (machine: LabMachine): Promise<readonly { Table: string; Checksum: string | null }[]> =>
  askServer(machine, 'CHECKSUM TABLE shop.bulk, shop.ledger');
