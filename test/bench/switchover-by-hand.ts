import * as sql from '../../roles/db/statements.ts';
import type { LabMachine } from '../lab/harness/index.ts';

/** A machine with a database, and what others call it. */
export interface DbMachine {
  readonly machine: LabMachine;
  /** The id of its node. */
  readonly id: string;
}

/** Who has the writes, who shall, and who follows. */
export interface Move {
  readonly from: DbMachine;
  readonly to: DbMachine;
  readonly others: readonly DbMachine[];
}

/** The account whose sessions end with the former primary. */
const account = 'bench';

/** A move takes a blink; one that waits this long will not come. */
const catchUpSeconds = 10;

/**
 * What a practised hand types to move the writes, in as few commands as it takes: close, wait until the other has all,
 * open it, and turn the replicas and the endpoints round, side by side.
 */
export async function switchByHand({ from, to, others }: Move): Promise<void> {
  const close = [
    'SET GLOBAL read_only = 1',
    `KILL USER ${account}`,
    sql.acknowledgeOff,
    'SELECT @@gtid_binlog_pos',
  ];
  const at = (await tell(from.machine, close)).trim();
  const open = [
    sql.awaitPosition(at, catchUpSeconds),
    'STOP SLAVE',
    'RESET SLAVE ALL',
    sql.acknowledgeOn,
    'SET GLOBAL read_only = 0',
  ];
  await tell(to.machine, open);
  await Promise.all([
    tell(from.machine, [
      sql.setPosition(at),
      'SET GLOBAL rpl_semi_sync_slave_enabled = 1',
      ...sql.follow(from.id, to.id),
    ]),
    ...others.map(({ machine, id }) => tell(machine, ['STOP SLAVE', ...sql.follow(id, to.id)])),
    ...[from, to, ...others].map(({ machine }) => turnEndpoint(machine, from, to)),
  ]);
}

async function tell(machine: LabMachine, statements: readonly string[]): Promise<string> {
  return (await machine.exec(['mariadb', '-N', '-e', statements.join('; ')])).stdout;
}

/** The slots of both in the endpoint for writes; the former one leaves first. */
async function turnEndpoint(machine: LabMachine, from: DbMachine, to: DbMachine): Promise<void> {
  const config = await machine.readFile('/etc/muster/endpoints.cfg');
  const slot = ({ machine: { address } }: DbMachine): string =>
    new RegExp(`^  server (slot\\d+) ${address.replaceAll('.', '\\.')}:`, 'm').exec(config)?.[1] ?? '';
  const commands = [
    `set server writes/${slot(from)} state maint`,
    `set server writes/${slot(to)} addr ${to.machine.address} port 3306`,
    `set server writes/${slot(to)} state ready`,
  ];
  await machine.exec(['socat', '-', 'UNIX-CONNECT:/run/muster-endpoints/admin.sock'], {
    input: `${commands.join(';')}\n`,
  });
}
