import { install, well } from '../lab/harness/cluster.ts';
import { writesPort } from '../lab/harness/endpoints.ts';
import { type LabMachine, openLab } from '../lab/harness/index.ts';
import { join, tokenOn } from '../lab/harness/join.ts';
import { muster } from '../lab/harness/operator.ts';
import { say, tableHead } from './figures.ts';
import { putMinimal } from './minimal-pair.ts';
import { prepareSysbench, type SqlLoad, type SqlPlace, sqlLoad, statements } from './sysbench.ts';
import { inTurn, sayTurns } from './turns.ts';

const settleMs = 120_000;
const minimalPort = 3390;

/**
 * Statements from a web machine to the database on another: by the endpoint that applications use, by an HAProxy written
 * by hand, and straight to MariaDB.
 */
export async function benchSql(runs = 10): Promise<void> {
  await using lab = await openLab({ machines: 2 });
  const [b1, b2] = [lab.machine('b1'), lab.machine('b2')];
  await install(b1);
  await join(b2, await tokenOn(b1));
  await muster(b2, 'role', 'forbid', 'b2', 'db');
  await well(b1, settleMs);
  await muster(b2, 'db', 'create', 'bench');
  await prepareSysbench(b2, 'bench');
  await b2.exec([
    '/usr/sbin/haproxy',
    '-D',
    '-f',
    await putMinimal(b2, 'haproxy-sql.cfg', { ADDRESS: b1.address }),
  ]);
  const places: Readonly<Record<string, SqlPlace>> = {
    'the endpoint': { address: '127.0.0.1', port: writesPort },
    'HAProxy written by hand': { address: '127.0.0.1', port: minimalPort },
    'MariaDB itself': { address: b1.address, port: writesPort },
  };
  say(tableHead);
  for (const [what, script] of Object.entries(statements)) await compare(b2, places, what, script, runs);
}

async function compare(
  client: LabMachine,
  places: Readonly<Record<string, SqlPlace>>,
  what: string,
  script: string,
  runs: number,
): Promise<void> {
  const rivals = Object.entries(places).map(([name, place]) => ({
    name,
    measure: () => sqlLoad(client, place, script),
  }));
  const turns = await inTurn<SqlLoad>(rivals, runs);
  sayTurns(turns, { what, unit: '/s', better: 'more', digits: 0, of: ({ perSecond }) => perSecond });
  sayTurns(turns, { what: `${what}, p99`, unit: 'ms', better: 'less', digits: 2, of: ({ p99Ms }) => p99Ms });
}
