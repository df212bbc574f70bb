import type { Observed } from '../../roles/model/observed.ts';
import { nothingObserved } from '../../roles/model/observed.ts';
import type { SqlStep } from '../../roles/model/step.ts';

/** A server in memory as the plan of `db` asks and tells it: what matters of its answers, and of what it is told. */
export interface SketchedServer {
  readonly readOnly: boolean;
  readonly serverId: number;
  readonly binlog: string;
  readonly applied: string;
  readonly acknowledged: boolean;
  readonly acknowledges: boolean;
  readonly listeners: number;
  readonly bufferPool: number;
  readonly tables: number;
  readonly accounts: readonly string[];
  /** Whom it follows; none where it follows nobody. */
  readonly host?: string;
  readonly receives: string;
  readonly applies: boolean;
  readonly received: string;
  readonly errno: number;
}

export const inertServer: SketchedServer = {
  readOnly: true,
  serverId: 1,
  binlog: '',
  applied: '',
  acknowledged: false,
  acknowledges: false,
  listeners: 0,
  bufferPool: 0,
  tables: 0,
  accounts: [],
  receives: 'No',
  applies: false,
  received: '',
  errno: 0,
};

const mebibyte = 1024 * 1024;

/** What the agent reads off a machine with this server. */
export function observedOf(server: SketchedServer, before: Observed = nothingObserved): Observed {
  const state = {
    readOnly: server.readOnly ? 1 : 0,
    binlog: server.binlog,
    applied: server.applied,
    serverId: String(server.serverId),
    acknowledged: server.acknowledged ? 1 : 0,
    acknowledges: server.acknowledges ? 1 : 0,
    listeners: String(server.listeners),
    bufferPool: String(server.bufferPool === 0 ? 448 * mebibyte : server.bufferPool),
    connections: '300',
    expires: '604800',
    certificateEnds: '',
    tables: server.tables,
    accounts: server.accounts.length === 0 ? null : server.accounts.join(','),
  };
  const source = {
    Master_Host: server.host,
    Slave_IO_Running: server.receives,
    Slave_SQL_Running: server.applies ? 'Yes' : 'No',
    Last_IO_Errno: String(server.errno),
    Last_IO_Error: server.errno === 0 ? '' : `error ${server.errno}`,
    Last_SQL_Errno: '0',
    Last_SQL_Error: '',
    Gtid_IO_Pos: server.received,
  };
  const answer = (rows: readonly unknown[]): Observed['answers'][string] => {
    return { ok: true, status: 200, text: JSON.stringify(rows) };
  };
  const answers = { state: answer([state]), source: answer(server.host === undefined ? [] : [source]) };
  return { ...before, answers: { ...before.answers, ...answers } };
}

/** The server after what it was told. */
export function toldServer(server: SketchedServer, { statements }: SqlStep): SketchedServer {
  return statements.reduce(told, server);
}

function told(server: SketchedServer, statement: string): SketchedServer {
  const { host: _host, ...unbound } = server;
  const known: readonly [RegExp, (found: RegExpExecArray) => SketchedServer][] = [
    [/^SET GLOBAL server_id = (\d+)/, ([, id]) => ({ ...server, serverId: Number(id) })],
    [/^SET GLOBAL read_only = (\d)/, ([, on]) => ({ ...server, readOnly: on === '1' })],
    [
      /^SET GLOBAL rpl_semi_sync_master_enabled = (\d)/,
      ([, on]) => ({ ...server, acknowledged: on === '1' }),
    ],
    [/^SET GLOBAL rpl_semi_sync_slave_enabled = (\d)/, ([, on]) => ({ ...server, acknowledges: on === '1' })],
    [
      /^SET GLOBAL innodb_buffer_pool_size = (\d+)/,
      ([, bytes]) => ({ ...server, bufferPool: Number(bytes) }),
    ],
    [/^CREATE TABLE/, () => ({ ...server, tables: 1 })],
    [
      /^CREATE USER IF NOT EXISTS '(\w+)'/,
      ([, id = '']) => ({ ...server, accounts: [...server.accounts, id].sort() }),
    ],
    [
      /^DROP USER IF EXISTS '(\w+)'/,
      ([, id]) => ({ ...server, accounts: server.accounts.filter((one) => one !== id) }),
    ],
    [/^RESET SLAVE ALL/, () => ({ ...unbound, receives: 'No', applies: false })],
    [/^CHANGE MASTER TO MASTER_HOST = '([^']+)'/, ([, host = '']) => ({ ...server, host })],
    [/^START SLAVE$/, () => ({ ...server, receives: 'Yes', applies: true })],
    [/^START SLAVE IO_THREAD/, () => ({ ...server, receives: 'Yes' })],
    [/^START SLAVE SQL_THREAD/, () => ({ ...server, applies: true })],
    [/^STOP SLAVE IO_THREAD/, () => ({ ...server, receives: 'No' })],
    [/^STOP SLAVE$/, () => ({ ...server, receives: 'No', applies: false })],
    [/^SELECT MASTER_GTID_WAIT\('([^']*)'/, ([, at = '']) => ({ ...server, applied: at })],
    [/^SET GLOBAL gtid_slave_pos = '([^']*)'/, ([, at = '']) => ({ ...server, applied: at })],
  ];
  for (const [pattern, change] of known) {
    const found = pattern.exec(statement);
    if (found !== null) return change(found);
  }
  return server;
}
