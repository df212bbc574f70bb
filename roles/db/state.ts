import * as z from 'zod';
import { holdsAll } from '../model/gtid.ts';
import type { Answer, Observed, Question } from '../model/observed.ts';

/** What the server says of itself; numbers come as numbers or as digits. */
const Variables = z.object({
  readOnly: z.coerce.number(),
  serverId: z.coerce.number(),
  binlog: z.string(),
  applied: z.string(),
  acknowledged: z.coerce.number(),
  acknowledges: z.coerce.number(),
  listeners: z.coerce.number(),
  bufferPool: z.coerce.number(),
  connections: z.coerce.number(),
  expires: z.coerce.number(),
  certificateEnds: z.string(),
  tables: z.coerce.number(),
  accounts: z.string().nullable(),
});

const Source = z.object({
  Master_Host: z.string(),
  Slave_IO_Running: z.string(),
  Slave_SQL_Running: z.string(),
  Last_IO_Errno: z.coerce.number(),
  Last_IO_Error: z.string(),
  Last_SQL_Errno: z.coerce.number(),
  Last_SQL_Error: z.string(),
  Gtid_IO_Pos: z.string(),
});

/** Whom the server follows, and how that goes. */
export interface Source {
  readonly host: string;
  /** `Yes`, `No`, or `Connecting` and the like. */
  readonly receives: string;
  readonly applies: boolean;
  /** Why it does not receive or apply; empty where it does. */
  readonly trouble: string;
  readonly errno: number;
  /** Up to where it has received. */
  readonly received: string;
}

/** The state of the server on this machine. */
export interface ServerState {
  readonly readOnly: boolean;
  readonly serverId: number;
  /** Positions: what it wrote down itself, what it applied as a replica, and the later one of the two. */
  readonly binlog: string;
  readonly applied: string;
  readonly current: string;
  /** Whether a commit waits until a replica has it, and how many replicas would say so. */
  readonly acknowledged: boolean;
  readonly listeners: number;
  /** Whether it tells its primary what it has. */
  readonly acknowledges: boolean;
  readonly bufferPoolBytes: number;
  readonly connections: number;
  readonly expiresSeconds: number;
  /** As OpenSSL writes a date; empty without TLS. */
  readonly certificateEnds: string;
  /** muster's own tables are there. */
  readonly hasTables: boolean;
  /** The ids of the nodes that may follow this one. */
  readonly accounts: readonly string[];
  readonly source?: Source;
}

const statusOf = (name: string): string =>
  `(SELECT VARIABLE_VALUE FROM information_schema.GLOBAL_STATUS WHERE VARIABLE_NAME = '${name}')`;

const stateStatement = [
  'SELECT @@global.read_only AS readOnly, @@global.gtid_binlog_pos AS binlog,',
  '@@global.gtid_slave_pos AS applied, @@global.server_id AS serverId,',
  '@@global.rpl_semi_sync_master_enabled AS acknowledged,',
  '@@global.rpl_semi_sync_slave_enabled AS acknowledges,',
  `${statusOf('RPL_SEMI_SYNC_MASTER_CLIENTS')} AS listeners,`,
  '@@global.innodb_buffer_pool_size AS bufferPool, @@global.max_connections AS connections,',
  '@@global.binlog_expire_logs_seconds AS expires,',
  `${statusOf('SSL_SERVER_NOT_AFTER')} AS certificateEnds,`,
  "(SELECT COUNT(*) FROM information_schema.TABLES WHERE TABLE_SCHEMA = 'muster') AS tables,",
  "(SELECT GROUP_CONCAT(User) FROM mysql.global_priv WHERE User REGEXP '^n[a-z2-7]{12}$') AS accounts",
].join(' ');

/** What is asked of the server for a plan. */
export const stateQuestions = {
  state: { kind: 'sql', statement: stateStatement },
  source: { kind: 'sql', statement: 'SHOW ALL SLAVES STATUS' },
} as const satisfies Record<string, Question>;

/** Undefined while the server does not say. */
export function stateOf({ answers }: Pick<Observed, 'answers'>): ServerState | undefined {
  const [state, source] = [rowsOf(answers['state']), rowsOf(answers['source'])];
  if (state === undefined || source === undefined) return undefined;
  const found = Variables.parse(state[0]);
  const accounts = found.accounts?.split(',') ?? [];
  const [binlog, applied] = [oneLine(found.binlog), oneLine(found.applied)];
  return {
    readOnly: found.readOnly !== 0,
    serverId: found.serverId,
    binlog,
    applied,
    // Not MariaDB's own word for it: that leaves out what was written under a former number of this server.
    current: holdsAll(binlog, applied) ? binlog : applied,
    acknowledged: found.acknowledged !== 0,
    listeners: found.listeners,
    acknowledges: found.acknowledges !== 0,
    bufferPoolBytes: found.bufferPool,
    connections: found.connections,
    expiresSeconds: found.expires,
    certificateEnds: found.certificateEnds,
    hasTables: found.tables > 0,
    accounts: [...new Set(accounts)].sort(),
    ...(source.length === 0 ? {} : { source: sourceOf(Source.parse(source[0])) }),
  };
}

function sourceOf(row: z.infer<typeof Source>): Source {
  return {
    host: row.Master_Host,
    receives: row.Slave_IO_Running,
    applies: row.Slave_SQL_Running === 'Yes',
    trouble: [row.Last_SQL_Error, row.Last_IO_Error].find((text) => text !== '') ?? '',
    errno: row.Last_SQL_Errno === 0 ? row.Last_IO_Errno : row.Last_SQL_Errno,
    received: oneLine(row.Gtid_IO_Pos),
  };
}

/** Long positions come in several lines. */
function oneLine(position: string): string {
  return position.replaceAll(/\s/g, '');
}

function rowsOf(answer: Answer | undefined): readonly unknown[] | undefined {
  if (answer?.ok !== true) return undefined;
  return z.array(z.unknown()).parse(JSON.parse(answer.text));
}

/** How far behind the primary's last word this server is, by the clocks of both machines. */
export const lagQuestion: Question = {
  kind: 'sql',
  statement:
    'SELECT TIMESTAMPDIFF(MICROSECOND, MAX(at), UTC_TIMESTAMP(6)) / 1000000 AS lag FROM muster.heartbeat',
};

const Lag = z.tuple([z.object({ lag: z.coerce.number() })]);

/** Seconds; undefined where nothing tells. A clock that goes slow makes no replica one of the future. */
export function lagOf(answer: Answer | undefined): number | undefined {
  const rows = rowsOf(answer);
  if (rows === undefined) return undefined;
  const found = Lag.safeParse(rows);
  return found.success ? Math.max(0, found.data[0].lag) : undefined;
}
